/** The market intelligence agent: a model of the trader's choice reads feeds of his choice, and answers one bounded number with an age; part of operations.ts. Its key is a secret: a command sets it. */
import { z } from 'zod';
import { MAX_SUBJECTS, sentimentReading, SUBJECT } from '../domain/sentiment.ts';
import { timeUs } from '../domain/value-schemas.ts';
import { isLoopback } from './engine-address.ts';

export const MAX_FEEDS = 12;
/** Bytes of a question at most: no text has more tokens than bytes. */
export const MAX_QUESTION_BYTES = 12_000;
/** Tokens of an answer at most, those that a model thinks with among them. */
export const MAX_ANSWER_TOKENS = 2_000;
export const [LEAST_MINUTES, MOST_MINUTES, MOST_CALLS] = [5, 1_440, 1_000] as const;
/** Of one call at most: so much is counted before it is made, and stays counted where no answer comes. */
export const MAX_CALL_TOKENS = MAX_QUESTION_BYTES + MAX_ANSWER_TOKENS;

/** Over TLS, or on this machine: a key and what a feed says are not changed on the way. */
const safeUrl = (name: string, mayAsk: boolean) =>
  z
    .string()
    .max(500)
    .refine(
      (text) => isSafe(text, mayAsk),
      `must be ${name} over https, or http on this machine alone, without user and password`,
    );

function isSafe(text: string, mayAsk: boolean): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || text.includes('#')) return false;
  if (!mayAsk && text.includes('?')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

export const intelligenceFeed = z.strictObject({
  url: safeUrl('the address of an RSS or Atom feed', true),
  /** What its texts are taken to be about: a coin, or empty for the market as a whole. */
  about: z
    .string()
    .regex(SUBJECT, 'must be a coin such as BTC, or empty for the market as a whole')
    .default(''),
});
export type IntelligenceFeed = z.infer<typeof intelligenceFeed>;

/** How an answer is asked for: by its schema, or as any JSON, which is then held to the schema all the same. */
export const ANSWER_FORMS = ['json_schema', 'json_object'] as const;
/** The field that bounds an answer: services know the one or the other. */
export const TOKEN_FIELDS = ['max_completion_tokens', 'max_tokens'] as const;

export const intelligenceSettings = z
  .strictObject({
    isOn: z.boolean().default(false),
    /** Base address of an OpenAI-compatible service; `/chat/completions` is asked below it. */
    endpoint: z.union([z.literal(''), safeUrl('the base address of a service', false)]).default(''),
    model: z
      .string()
      .regex(/^[\w.:/@+-]{0,100}$/, 'must be the name of a model, at most 100 characters')
      .default(''),
    answerForm: z.enum(ANSWER_FORMS).default('json_schema'),
    tokenField: z.enum(TOKEN_FIELDS).default('max_completion_tokens'),
    everyMinutes: z.int().min(LEAST_MINUTES).max(MOST_MINUTES).default(60),
    /** Of a day in UTC. */
    callsADay: z.int().min(1).max(MOST_CALLS).default(48),
    /** As the service counts them in its answers; what it says is counted, so the calls are the bound that is ours. */
    tokensADay: z.int().min(MAX_CALL_TOKENS).max(100_000_000).default(500_000),
    feeds: z.array(intelligenceFeed).max(MAX_FEEDS).default([]),
  })
  .refine(({ feeds }) => new Set(feeds.map(({ url }) => url)).size === feeds.length, {
    path: ['feeds'],
    message: 'names one address twice',
  })
  .refine(({ feeds }) => new Set(feeds.map(({ about }) => about)).size <= MAX_SUBJECTS, {
    path: ['feeds'],
    message: `are about more than ${MAX_SUBJECTS} subjects`,
  })
  .refine(({ isOn, endpoint }) => !isOn || endpoint !== '', {
    path: ['endpoint'],
    message: 'must be set before it is turned on',
  })
  .refine(({ isOn, model }) => !isOn || model !== '', {
    path: ['model'],
    message: 'must be set before it is turned on',
  })
  .refine(({ isOn, feeds }) => !isOn || feeds.length > 0, {
    path: ['feeds'],
    message: 'must have a feed before it is turned on',
  });
export type IntelligenceSettings = z.infer<typeof intelligenceSettings>;

/** What became of a question, or of a feed. */
export const INTELLIGENCE_CODES = {
  answered: 'An answer within its schema: it is the reading of its subject.',
  'nothing-new': 'The feeds have nothing that was not asked about already: no call was made.',
  'no-text': 'No feed of the subject had a text of the last two days: no call was made.',
  'budget-spent': 'The calls or tokens of the day do not last for one more call.',
  'key-absent': 'No key is stored for this endpoint: no call was made.',
  'key-unreadable': 'The key could not be read where secrets are kept: no call was made.',
  'not-durable': 'The database could not take what a call may cost: no call was made.',
  'key-refused': 'The endpoint refused the key (401 or 403).',
  'rate-limited': 'The endpoint asks to wait (429).',
  'bad-status': 'The endpoint answered with another status than 200.',
  redirected: 'A redirect was answered, which is never followed.',
  'tls-refused': 'The certificate is not one that this machine trusts.',
  unreachable: 'No connection.',
  'no-answer': 'No answer within its time.',
  'too-long': 'The answer has too many bytes.',
  'not-json': 'The answer is no JSON of a chat completion.',
  'cut-off': 'The model was cut off before its answer ended.',
  declined: 'The model declined to answer.',
  'out-of-schema':
    'The answer has another form, another field, or a number out of its bounds: none of it is used.',
  'worker-ended': 'The thread that asks ended, or took too long.',
  'feed-unreadable': 'A feed is no RSS or Atom that can be read.',
  'feed-doctype': 'A feed declares a document type, which could bring entities: it is not read.',
  'feed-too-deep': 'A feed is nested too deep.',
  'feed-failed': 'A feed was not reached, or answered with another status than 200.',
} as const satisfies Readonly<Record<string, string>>;
export type IntelligenceCode = keyof typeof INTELLIGENCE_CODES;
export const intelligenceCode = z.enum(Object.keys(INTELLIGENCE_CODES) as [IntelligenceCode]);

/** The last question about a subject, and what came of it. */
export const intelligenceRound = z.object({
  about: z.string(),
  atUs: timeUs,
  code: intelligenceCode,
  /** Texts that were asked about, newest first: what others wrote, as plain text. */
  titles: z.array(z.string().max(200)).max(20).readonly(),
  /** As the model wrote it, cut to 500 characters; null: none came. */
  answer: z.string().max(500).nullable(),
  /** Null: the service did not say; all that it may have cost is counted. */
  tokens: z.number().int().nullable(),
  tookMs: z.number().int(),
});
export type IntelligenceRound = z.infer<typeof intelligenceRound>;

export const intelligenceStanding = z.object({
  ...intelligenceSettings.shape,
  /** `other-endpoint`: it was stored for another address, and is not sent to this one. `not-needed`: on this machine none is needed. */
  secret: z.enum(['present', 'absent', 'unreadable', 'other-endpoint', 'not-needed']),
  setWith: z.string(),
  isAsking: z.boolean(),
  /** When it asks next; null: it is off. */
  nextUs: timeUs.nullable(),
  today: z.object({ day: z.string(), calls: z.number().int(), tokens: z.number().int() }),
  /** Since the engine started, by code. */
  counts: z.partialRecord(intelligenceCode, z.number().int()),
  feedStates: z.array(
    z.object({ url: z.string(), code: intelligenceCode.nullable(), texts: z.number().int() }),
  ),
  rounds: z.array(intelligenceRound),
  /** What the strategies look at; one whose time is over has no vote. */
  readings: z.array(sentimentReading),
});
export type IntelligenceStanding = z.infer<typeof intelligenceStanding>;

/** What Prometheus has of the agent; nothing names a feed, a coin or an address. */
export type IntelligenceFigures = {
  /** Questions and feeds since the engine started, by what came of them. */
  readonly counts: ReadonlyMap<IntelligenceCode, number>;
  /** Shares of the day's budget that are used, from 0 on. */
  readonly used: { readonly calls: number; readonly tokens: number };
  /** Age of the oldest reading that strategies look at, in µs; null: there is none. */
  readonly readingAgeUs: number | null;
  /** How long the endpoint, and the feed that is worst, have failed without a success in between, in µs; 0: they do not, or it is off. */
  readonly failingUs: { readonly endpoint: number; readonly feed: number };
};

const nothing = z.strictObject({});

export const intelligenceOperations = {
  getIntelligence: {
    summary:
      'The market intelligence agent: settings, budget, what was asked and answered last, and the readings that strategies look at; never a part of its key.',
    input: nothing,
    output: intelligenceStanding,
    role: 'operator',
    changes: false,
  },
  saveIntelligence: {
    summary: 'Replaces the settings of the market intelligence agent. It is off until it is turned on.',
    input: intelligenceSettings,
    output: intelligenceStanding,
    role: 'operator',
    changes: true,
  },
  askIntelligence: {
    summary:
      'Reads the feeds and asks the model now, within the budget of the day; answers once that is over, or after 8 s with `isAsking`.',
    input: nothing,
    output: intelligenceStanding,
    role: 'operator',
    changes: true,
  },
} as const;

/** What of the standing is a setting. */
export function settingsOf(standing: IntelligenceStanding): IntelligenceSettings {
  const { isOn, endpoint, model, answerForm, tokenField, everyMinutes, callsADay, tokensADay, feeds } =
    standing;
  return { isOn, endpoint, model, answerForm, tokenField, everyMinutes, callsADay, tokensADay, feeds };
}

/** What a feed or a reading is about, in words. */
export const subjectText = (about: string): string => (about === '' ? 'the market' : about);
