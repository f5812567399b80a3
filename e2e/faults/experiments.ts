import { killEach, killGateway, pauseWorker } from './experiments/kills.ts'
import type { Experiment } from './runner.ts'

/** Every experiment, by the order in which the sets run them. */
export const experiments: Experiment[] = [killEach, killGateway, pauseWorker]
