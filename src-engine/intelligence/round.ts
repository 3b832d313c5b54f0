/** One round: the feeds are read, and each subject that has something new is asked about once, within the calls that were granted for it. */
import { createHash } from 'node:crypto';
import { isLoopback } from '../contract/engine-address.ts';
import type {
  IntelligenceCode,
  IntelligenceRound,
  IntelligenceSettings,
} from '../contract/intelligence-operations.ts';
import { isOwnName, publicLookup } from '../lib/own-network.ts';
import { retryAfterMs } from '../lib/retry-after.ts';
import { callWeb, type WebAnswer, type WebCall, WebFault } from '../lib/web-call.ts';
import { type FeedText, feedTexts, RoundFault } from './feed-texts.ts';
import { answerOf, questionOf, type SentimentAnswer, textsToAsk, tokensOf, wordsOf } from './question.ts';

const MAX_FEED_BYTES = 2 * 1024 * 1024;
const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_SHOWN = 500;
/** Errors of a certificate or of TLS itself: nothing of the question was sent. */
const OF_TLS = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|^EPROTO$/;

export type RoundBounds = { readonly feedMs: number; readonly answerMs: number };
export const ROUND_BOUNDS: RoundBounds = { feedMs: 15_000, answerMs: 60_000 };

export type RoundOrder = {
  readonly settings: Pick<IntelligenceSettings, 'endpoint' | 'model' | 'answerForm' | 'tokenField' | 'feeds'>;
  readonly key: string | undefined;
  /** In the order in which they are asked about. */
  readonly subjects: readonly string[];
  /** Calls to the endpoint at most. */
  readonly calls: number;
  /** By subject: marks of the texts that were asked about and answered last. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  readonly bounds: RoundBounds;
};

export type SubjectResult = Omit<IntelligenceRound, 'atUs'> & {
  /** Whether the endpoint was called. */
  readonly isCalled: boolean;
  readonly numbers: SentimentAnswer | null;
  /** Of the texts that were asked about and answered; null: there is no answer. */
  readonly marks: readonly string[] | null;
  readonly retryAfterMs: number | null;
};
export type RoundResult = {
  readonly feeds: readonly {
    readonly url: string;
    readonly code: IntelligenceCode | null;
    readonly texts: number;
  }[];
  readonly subjects: readonly SubjectResult[];
};

type ReadFeed = RoundResult['feeds'][number] & { readonly about: string; readonly read: readonly FeedText[] };

/** @param nowMs the clock of this machine. Never rejects. */
export async function runRound(order: RoundOrder, nowMs: () => number): Promise<RoundResult> {
  const read = await Promise.all(
    order.settings.feeds.map(async ({ url, about }): Promise<ReadFeed> => {
      try {
        const texts = await readFeed(url, order.bounds);
        return { url, about, code: null, texts: texts.length, read: texts };
      } catch (error) {
        return { url, about, code: codeOf(error), texts: 0, read: [] };
      }
    }),
  );
  const subjects: SubjectResult[] = [];
  let calls = 0;
  for (const about of order.subjects) {
    const texts = textsToAsk(
      read.flatMap((feed) => (feed.about === about ? feed.read : [])),
      nowMs(),
    );
    // Those that were asked to wait are not asked again for another subject.
    const wait = subjects.find(({ code }) => code === 'rate-limited' || code === 'key-refused')?.code;
    const refusal = wait ?? (calls < order.calls ? undefined : 'budget-spent');
    const result = await askAbout(order, about, texts, refusal, nowMs);
    if (result.isCalled) calls++;
    subjects.push(result);
  }
  return { feeds: read.map(({ url, code, texts }) => ({ url, code, texts })), subjects };
}

/** @throws RoundFault */
async function readFeed(url: string, { feedMs }: RoundBounds): Promise<FeedText[]> {
  const { hostname } = new URL(url);
  const isHere = isLoopback(hostname);
  // What a name leads to is looked at as it is resolved: no feed makes this machine ask its own network.
  if (!isHere && isOwnName(hostname)) throw new RoundFault('feed-failed');
  const { status, body } = await called({
    url,
    headers: { accept: 'application/rss+xml, application/atom+xml, application/xml, text/xml' },
    timeoutMs: feedMs,
    maxBytes: MAX_FEED_BYTES,
    lookup: isHere ? undefined : publicLookup,
  });
  if (status !== 200) throw new RoundFault(isRedirect(status) ? 'redirected' : 'feed-failed');
  return feedTexts(body);
}

/** @throws RoundFault */
async function called(call: WebCall): Promise<WebAnswer> {
  try {
    return await callWeb(call);
  } catch (error) {
    const code = error instanceof WebFault ? error.code : '';
    if (code === 'timeout') throw new RoundFault('no-answer');
    if (code === 'too-long') throw new RoundFault('too-long');
    throw new RoundFault(OF_TLS.test(code) ? 'tls-refused' : 'unreachable');
  }
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** What a status of the endpoint that is not 200 means. */
function statusFault(status: number): IntelligenceCode {
  if (isRedirect(status)) return 'redirected';
  if (status === 429) return 'rate-limited';
  return status === 401 || status === 403 ? 'key-refused' : 'bad-status';
}

async function askAbout(
  { settings, key, known, bounds }: RoundOrder,
  about: string,
  texts: readonly FeedText[],
  refusal: IntelligenceCode | undefined,
  nowMs: () => number,
): Promise<SubjectResult> {
  const { body, asked } = questionOf(settings, about, texts);
  const beganMs = nowMs();
  const marks = asked.map((text) => markOf(settings, text));
  let [answer, tokens, waitMs, isCalled]: [string | null, number | null, number | null, boolean] = [
    null,
    null,
    null,
    false,
  ];
  const result = (code: IntelligenceCode, numbers: SentimentAnswer | null = null): SubjectResult => ({
    about,
    code,
    titles: asked.map(({ title }) => title),
    answer,
    tokens,
    tookMs: Math.max(0, nowMs() - beganMs),
    isCalled,
    numbers,
    marks: numbers === null ? null : marks,
    retryAfterMs: waitMs,
  });
  if (texts.length === 0) return result('no-text');
  // One that has grown too old to be asked about is no news: only what was not there counts.
  if (marks.every((mark) => known[about]?.includes(mark) === true)) return result('nothing-new');
  if (refusal !== undefined) return result(refusal);
  try {
    isCalled = true;
    const {
      status,
      headers,
      body: answered,
    } = await called({
      url: `${settings.endpoint.replace(/\/+$/, '')}/chat/completions`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body,
      timeoutMs: bounds.answerMs,
      maxBytes: MAX_ANSWER_BYTES,
    });
    if (status !== 200) {
      waitMs = retryAfterMs(headers['retry-after'], nowMs()) ?? null;
      throw new RoundFault(statusFault(status));
    }
    const text = answered.toString('utf8');
    tokens = tokensOf(text);
    const words = wordsOf(text);
    answer = shown(words);
    return result('answered', answerOf(words));
  } catch (error) {
    return result(codeOf(error));
  }
}

const codeOf = (error: unknown): IntelligenceCode =>
  error instanceof RoundFault ? error.code : 'unreachable';

/** Of a text, which may be written anew under its title, as this endpoint and this model are asked about it. */
function markOf({ endpoint, model }: RoundOrder['settings'], { title, summary }: FeedText): string {
  return createHash('sha256')
    .update(JSON.stringify([endpoint, model, title, summary]))
    .digest('base64url');
}

/** On one line, without what is not shown. */
const shown = (words: string): string =>
  words
    .slice(0, MAX_SHOWN)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
