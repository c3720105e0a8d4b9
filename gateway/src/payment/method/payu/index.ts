export { payu } from './payu.ts'
