import { cancelRace, duplicateStorm, modelFaults } from './experiments/calls.ts'
import { crashPoints } from './experiments/crash-points.ts'
import { killEach, killGateway, pauseWorker } from './experiments/kills.ts'
import { poisonSteps, wrongClock } from './experiments/replicas.ts'
import { bouncePostgres, commitUnknown, killNats, natsAmnesia } from './experiments/servers.ts'
import { churnStreams, quietStreams } from './experiments/streams.ts'
import type { Experiment } from './runner.ts'

/** Every experiment, by the order in which the sets run them. */
export const experiments: Experiment[] = [
  killEach,
  crashPoints,
  pauseWorker,
  bouncePostgres,
  commitUnknown,
  killNats,
  natsAmnesia,
  duplicateStorm,
  poisonSteps,
  modelFaults,
  cancelRace,
  quietStreams,
  churnStreams,
  killGateway,
  wrongClock,
]
