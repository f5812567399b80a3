/** Longer texts that the examples are filled with until somebody puts in their own. */
export const exampleTexts = {
  article: `The town library of Velden reopened on Tuesday after fourteen months of work. The reading room now has 120 seats, forty more than before, and stays open until ten in the evening on weekdays. The renovation cost 3.2 million euros, of which the county paid half.

The most visible change is the roof: its glass was replaced, and the old hall is bright again for the first time since the war. Less visible, but dearer, were the new heating and the lift, which makes all three floors reachable without stairs.

Not everybody is content. The children's section moved to the second floor, and parents with prams say that one lift is not enough. The librarian, Marta Kohl, answers that a second one is planned for next year, if the town council agrees in March. In the first week 4,100 people came, twice as many as in an ordinary week before.`,

  email:
    'Could we meet on Thursday at nine to go through the figures on page 4? Two of them do not match those of last month. It would help if you could bring three printed copies.',

  notes: `- release moved from the 12th to the 19th, everybody agreed, tests of the import are not done
- Sam: import still fails for files over 2 GB, needs two more days
- open: do we tell customers before or after the release? Lena wants before, no decision
- price of the small plan stays as it is until autumn (decided)
- Lena writes the announcement by Wednesday, Omar reads it
- Omar orders the second test server, budget is fine
- next meeting Monday, same time`,

  draft: `Due to the fact that the server was very overloaded, we were basically not able to process all of the orders that came in. In order to make sure that this does not happen again, we have really made a number of changes. We would like to ask you to utilize the new address at this point in time.`,
}
