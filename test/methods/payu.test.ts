import { startPayuFake } from '../../gateway/testing/fakes/payu/index.ts'
import { describeMethod } from '../../gateway/testing/method-cases.ts'

describeMethod('payu', startPayuFake, { startRequest: /\/orders$/, blikRequest: /\/orders$/ })
