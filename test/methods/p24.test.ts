import { startP24Fake } from '../../gateway/testing/fakes/p24/index.ts'
import { describeMethod } from '../../gateway/testing/method-cases.ts'

describeMethod('p24', startP24Fake, {
  startRequest: /transaction\/register$/,
  blikRequest: /chargeByCode$/,
})
