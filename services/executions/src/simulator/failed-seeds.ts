/**
 * Every seed that ever failed, with what it found; each is run again with the tests. A seed means the same world only as
 * long as plans are drawn in the same order and begin at the same times: who changes that looks for new ones with
 * `--mutation`, which undoes a fix.
 */
export const failedSeeds: { seed: number; found: string }[] = [
  { seed: 4, found: 'A step was started in the commit that carried out a stop or cancel stored before.' },
  { seed: 15, found: 'Spend that was known got lost with a commit that the database rejected.' },
  {
    seed: 29,
    found: 'Spend got lost with reports that an owner had not decided when it lost its execution.',
  },
  { seed: 56, found: 'Spend was marked unknown where its report came together with the end of its attempt.' },
  {
    seed: 114,
    found: 'A new owner whose first commit was refused carried out the attempts of its dead predecessor.',
  },
  { seed: 179, found: 'A replica that woke from a pause called a model long after its lease.' },
  { seed: 642, found: 'An acknowledged cancel came too late for a report that arrived with it.' },
  { seed: 1952, found: 'Spend was given up on after twenty seconds in the queue of an organization.' },
  { seed: 3037, found: 'A cancel that was accepted while a close waited came for nothing.' },
  { seed: 9481, found: 'The text of an attempt in flight was stored late, in the place of its result.' },
]
