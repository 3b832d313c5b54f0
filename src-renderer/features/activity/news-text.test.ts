import { expect, it } from 'vitest';
import { newsText } from './news-text.ts';

it('events say in words what halted, and what of the engine acted', () => {
  const halted = (code: string) => newsText({ type: 'tradingHalted', atUs: 1, code, reason: 'r' }).detail;
  expect(halted('late-fill')).toContain('Order filled after it had ended');
  expect(halted('daily-loss')).toContain('Daily loss');
  expect(halted('of-another-version')).toContain('of-another-version');
  const adopted = (via: string): string =>
    newsText({
      type: 'balancesAdopted',
      atUs: 1,
      venue: 'kraken',
      actor: { kind: 'engine', via },
      differences: [],
    }).detail;
  expect(adopted('rounding')).toContain('by the engine, as the venue rounds');
  expect(adopted('not-traded')).toContain('by the engine, in coins that are not traded');
  expect(adopted('constructor')).toMatch(/by the engine$/);
});
