import { startTpayFake } from '../../gateway/testing/fakes/tpay/index.ts'
import { describeMethod } from '../../gateway/testing/method-cases.ts'

describeMethod('tpay', startTpayFake, {
  startRequest: /^POST \/transactions$/,
  blikRequest: /^POST \/transactions\/\w+\/pay$/,
  refundsAreTold: false,
})
