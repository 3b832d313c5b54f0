/** Private requests of an account within a second; the venue counts 30 (third-party lists, 2026). */
import { type TimeUs, US_PER_SECOND } from '../../../../domain/time.ts';
import { CoinbaseProblem } from './coinbase-problem.ts';

export const REQUESTS_A_SECOND = 30;

export class RequestLimit {
  readonly #counts = new Map<string, { readonly second: number; used: number }>();
  #blockedUntilUs: TimeUs = 0;

  /** Counts one request. @throws CoinbaseProblem of the status 429. */
  add(account: string, nowUs: TimeUs): void {
    const second = Math.floor(nowUs / US_PER_SECOND);
    const known = this.#counts.get(account);
    const count = known?.second === second ? known : { second, used: 0 };
    this.#counts.set(account, count);
    count.used++;
    if (count.used <= REQUESTS_A_SECOND && nowUs >= this.#blockedUntilUs) return;
    throw new CoinbaseProblem('rate_limit_exceeded', 'Rate limit exceeded', 429);
  }

  /** Nothing more of this second is left. */
  useUp(account: string, nowUs: TimeUs): void {
    this.#counts.set(account, { second: Math.floor(nowUs / US_PER_SECOND), used: REQUESTS_A_SECOND });
  }

  /** Every private request is refused until then. */
  block(untilUs: TimeUs): void {
    this.#blockedUntilUs = untilUs;
  }

  left(account: string, nowUs: TimeUs): number {
    const count = this.#counts.get(account);
    const isThis = count?.second === Math.floor(nowUs / US_PER_SECOND);
    return isThis ? Math.max(0, REQUESTS_A_SECOND - count.used) : REQUESTS_A_SECOND;
  }
}
