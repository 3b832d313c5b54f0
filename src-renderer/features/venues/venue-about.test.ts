import { expect, test } from 'vitest';
import { knownVenues } from '../../../src-engine/venues/registry.ts';
import { aboutVenue, SHORT_CCXT, shortAbout } from './venue-about.ts';

/** Of the line of a venue beside its title, in the drawer of settings. */
const MOST_CHARACTERS = 60;

test('what is said of a venue where it is chosen is one line, and all of it is there on demand', () => {
  for (const venue of knownVenues(['ccxt:bitso'])) {
    for (const isLocal of [false, true]) {
      const short = shortAbout(venue, isLocal);
      expect(short.length, short).toBeLessThan(MOST_CHARACTERS);
      expect(aboutVenue(venue, isLocal).length).toBeGreaterThan(short.length);
    }
  }
  const of = (id: string) => knownVenues().find((one) => one.id === id);
  const [kraken, okx] = [of('kraken'), of('ccxt:okx')];
  if (kraken === undefined || okx === undefined) throw new Error('not known');
  expect(shortAbout(kraken, false)).toBe('paper and live · books checked by checksum');
  expect(shortAbout(okx, false)).toBe(SHORT_CCXT);
});
