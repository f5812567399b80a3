/** Activities that the plans of optimizers call: what an answer has lost, and what came of it all. */
export const checkResultSubject = 'qw-act.prompts.check_result'
export const keepResultSubject = 'qw-act.prompts.keep_result'
