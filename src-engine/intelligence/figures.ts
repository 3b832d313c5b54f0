/** What Prometheus has of the agent, and since when its endpoint and each feed have failed without a success in between. */
import type {
  IntelligenceCode,
  IntelligenceFigures,
  IntelligenceSettings,
} from '../contract/intelligence-operations.ts';
import type { SentimentReading } from '../domain/sentiment.ts';
import type { TimeUs } from '../domain/time.ts';
import type { RoundResult } from './round.ts';

/** The endpoint answered, and what it answered was of use. */
const ANSWERED: IntelligenceCode = 'answered';
/** Known only where it was asked: a day that is spent, or feeds without news, say nothing of an endpoint. */
const OF_ENDPOINT: ReadonlySet<IntelligenceCode> = new Set([
  'key-absent',
  'key-unreadable',
  'key-refused',
  'rate-limited',
  'bad-status',
  'redirected',
  'tls-refused',
  'unreachable',
  'no-answer',
  'too-long',
  'not-json',
  'cut-off',
  'declined',
  'out-of-schema',
  'worker-ended',
]);

export class Failures {
  #endpointUs: TimeUs | undefined;
  #feeds = new Map<string, TimeUs>();

  /** What came of the question about a subject, or of a round that asked none. */
  took(code: IntelligenceCode, atUs: TimeUs): void {
    if (code === ANSWERED) this.#endpointUs = undefined;
    else if (OF_ENDPOINT.has(code)) this.#endpointUs ??= atUs;
  }

  /** All feeds of a round; one that is not among them is forgotten. */
  read(feeds: RoundResult['feeds'], atUs: TimeUs): void {
    const failed = feeds.filter(({ code }) => code !== null);
    this.#feeds = new Map(failed.map(({ url }) => [url, this.#feeds.get(url) ?? atUs]));
  }

  /** Of the same endpoint and the same feeds: what failed before says nothing of others, and nothing of a time in which none was asked. @param feeds by address. */
  keep(isSameEndpoint: boolean, feeds: ReadonlySet<string>): void {
    if (!isSameEndpoint) this.#endpointUs = undefined;
    for (const url of this.#feeds.keys()) if (!feeds.has(url)) this.#feeds.delete(url);
  }

  /** Of the feed that has failed longest. Undefined: none fails. */
  get sinceUs(): { readonly endpoint: TimeUs | undefined; readonly feed: TimeUs | undefined } {
    const feeds = [...this.#feeds.values()];
    return { endpoint: this.#endpointUs, feed: feeds.length === 0 ? undefined : Math.min(...feeds) };
  }
}

type Known = {
  readonly nowUs: TimeUs;
  readonly settings: IntelligenceSettings;
  readonly today: { readonly calls: number; readonly tokens: number };
  /** Those that strategies look at. */
  readonly readings: readonly SentimentReading[];
  readonly counts: IntelligenceFigures['counts'];
};

export function figuresOf(failures: Failures, known: Known): IntelligenceFigures {
  const { nowUs, settings, today, readings, counts } = known;
  const held = readings.filter(({ validUntilUs }) => validUntilUs > nowUs);
  const ages = held.map(({ answeredUs }) => Math.max(0, nowUs - answeredUs));
  const failing = (sinceUs = nowUs): number => (settings.isOn ? Math.max(0, nowUs - sinceUs) : 0);
  const { endpoint, feed } = failures.sinceUs;
  return {
    counts,
    // A day that could not be read counts as spent, with more than any day has.
    used: {
      calls: Math.min(1, today.calls / settings.callsADay),
      tokens: Math.min(1, today.tokens / settings.tokensADay),
    },
    readingAgeUs: ages.length === 0 ? null : Math.max(...ages),
    failingUs: { endpoint: failing(endpoint), feed: failing(feed) },
  };
}
