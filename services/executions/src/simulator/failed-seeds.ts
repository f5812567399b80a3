/** Every seed that ever failed, with what it found; each is run again with the tests. */
export const failedSeeds: { seed: number; found: string }[] = [
  { seed: 7, found: 'Spend that was known got lost with a commit that the database rejected.' },
  { seed: 46, found: 'A step was started in the same commit that carried out a cancel stored before.' },
  { seed: 47, found: 'Spend of an attempt that a command ended in the same batch was marked unknown.' },
  { seed: 50, found: 'What a new owner took over was begun anew before it looked at a stored stop.' },
  { seed: 117, found: 'A step succeeded after an acknowledged cancel.' },
  { seed: 159, found: 'A message succeeded after it had been stopped.' },
  { seed: 295, found: 'Spend was given up on after twenty seconds in the queue of an organization.' },
  {
    seed: 646,
    found: 'A new owner whose first commit was refused carried out the attempts of its dead predecessor.',
  },
]
