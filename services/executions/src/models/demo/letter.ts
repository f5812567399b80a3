import type { Brief } from './brief.ts'
import { capitalize, pick, seedOf, titleCase } from './words.ts'

interface Purpose {
  pattern: RegExp
  opening: (subject: string) => string
  middle: string
  closing: string
}

const purposes: Purpose[] = [
  {
    pattern: /\bthank|grateful|gratitude/i,
    opening: (subject) =>
      `I want to thank you for ${subject}. It meant more than a quick word in passing could say, so I am putting it in writing.`,
    middle:
      'What stayed with me is the care behind it. You made something easier that would have taken us far longer alone, and it did not go unnoticed.',
    closing: 'I hope to return the favor before long.',
  },
  {
    pattern: /\binvit/i,
    opening: (subject) => `I would be delighted if you joined us for ${subject}.`,
    middle:
      'There will be time to talk, something good to eat, and people you will enjoy meeting. Come as you are; nothing needs to be prepared.',
    closing:
      'Please let me know by the end of the week whether you can come, so that a place is kept for you.',
  },
  {
    pattern: /\bapolog|sorry\b/i,
    opening: (subject) =>
      `I am writing to apologize for ${subject}. It should not have happened, and I understand that it cost you time and patience.`,
    middle:
      'We looked at how it came about, have put it right, and changed the step at which it slipped through, so that it does not happen again.',
    closing: 'If anything is still open on your side, tell me and I will see to it myself.',
  },
  {
    pattern: /\bcomplain|complaint/i,
    opening: (subject) => `I am writing because of ${subject}, which has not been what was agreed.`,
    middle:
      'I would rather solve this than argue about it. A clear date and a named person who looks after it would go a long way.',
    closing: 'Please let me have your answer within ten days.',
  },
  {
    pattern: /\bremind|overdue|deadline/i,
    opening: (subject) => `This is a friendly reminder about ${subject}.`,
    middle:
      'If it is already on its way, please take this letter as read. If something stands in the way, a short word is enough and we will find a solution.',
    closing: 'Thank you for looking into it.',
  },
  {
    pattern: /\bappl(y|ying|ication)|cover letter/i,
    opening: (subject) =>
      `I am applying for ${subject}, because the work you describe is the work I like to do well.`,
    middle:
      'I bring patience with details, a clear way of writing, and the habit of finishing what I begin. People I worked with would tell you that I ask early and deliver on time.',
    closing: 'I would be glad to tell you more in a conversation.',
  },
  {
    pattern: /\bcongratulat/i,
    opening: (subject) => `Congratulations on ${subject}! You have every reason to be proud.`,
    middle:
      'Those who know you saw how much quiet work came before this moment. That is what makes it such a pleasure to see it succeed.',
    closing: 'Enjoy it, and let us celebrate soon.',
  },
  {
    pattern: /\bwelcom/i,
    opening: (subject) => `A warm welcome, and thank you for ${subject}. We are glad that you are here.`,
    middle:
      'Take the first days to look around. There is no silly question, and someone is always close by to help.',
    closing: 'We look forward to what we will do together.',
  },
]

const plain: Purpose = {
  pattern: /./,
  opening: (subject) => `I am writing to you about ${subject}, and I will come straight to what matters.`,
  middle:
    'The short version: it is worth doing, it can be done in small steps, and the first of them costs little. What I need from you is your view on where to begin.',
  closing: 'If you agree, I will prepare the next step and send it to you this week.',
}

function isFormal(tone: string): boolean {
  return /formal|professional|serious|polite|solemn|respect/i.test(tone)
}

function isWarm(tone: string): boolean {
  return /friendly|warm|casual|playful|funny|cheerful|relaxed|personal/i.test(tone)
}

/** The lines that the person gave, apart from what greeting and signature already use. */
function essentials({ fields }: Brief): string {
  const used =
    /^(recipient|to|name|sender|from|signature|signed|tone|style|voice|topic|subject|audience|length|language)$/i
  const rest = fields.filter((field) => !used.test(field.label))
  if (rest.length === 0) return ''
  return [
    'The essentials at a glance:',
    '',
    ...rest.map(({ label, value }) => `- **${capitalize(label)}:** ${value}`),
  ].join('\n')
}

/** What the person added: a wish to mention something, or a text to pass on. */
function added(material: string): string {
  const text = material.replace(/\s+/g, ' ').trim()
  if (text === '') return ''
  const wish =
    /^(?:please )?(?:also )?(?:mention|include|add|say|note|tell (?:him|her|them)) (?:that )?(.+?)[.!]?$/i.exec(
      text,
    )?.[1]
  return wish === undefined
    ? `What I would like you to know: ${text}`
    : `One more thing belongs here: ${wish}.`
}

function paragraphs(brief: Brief): string[] {
  const purpose = purposes.find((each) => each.pattern.test(brief.instruction)) ?? plain
  const subject =
    brief.subject === 'your request' || /letter|e-?mail|note|message/i.test(brief.subject)
      ? 'the matter we spoke of'
      : brief.subject
  const given = added(brief.material)
  return [purpose.opening(subject), given, purpose.middle, essentials(brief), purpose.closing].filter(
    (each) => each !== '',
  )
}

function greeting(brief: Brief): string {
  const name = brief.recipient === '' ? 'reader' : brief.recipient.replace(/^(my|our|the|an?) /i, '')
  const word =
    isWarm(brief.tone) && !isFormal(brief.tone)
      ? pick(['Hello', 'Hi', 'Dear'] as const, seedOf(brief.ask))
      : 'Dear'
  return `${word} ${name},`
}

function signature(brief: Brief): string {
  const word = isFormal(brief.tone) ? 'Yours sincerely,' : isWarm(brief.tone) ? 'Warmly,' : 'Kind regards,'
  return `${word}  \n${brief.sender === '' ? '[your name]' : brief.sender}`
}

export function composeLetter(brief: Brief): string {
  return [greeting(brief), ...paragraphs(brief), signature(brief)].join('\n\n')
}

/** An e-mail is a letter with a subject line and without its slower sentences. */
export function composeEmail(brief: Brief): string {
  const [opening = '', ...rest] = paragraphs(brief)
  const short = rest.map((each) =>
    each.includes('\n')
      ? each
      : (each
          .match(/[^.!?]+[.!?]+/g)
          ?.slice(0, 2)
          .join('') ?? each),
  )
  return [
    `**Subject:** ${titleCase(brief.subject)}`,
    greeting(brief),
    opening,
    ...short,
    signature(brief),
  ].join('\n\n')
}
