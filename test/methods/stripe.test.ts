import { startStripeFake } from '../../gateway/testing/fakes/stripe/index.ts'
import { describeMethod } from '../../gateway/testing/method-cases.ts'

describeMethod('stripe', startStripeFake)
