import { describe, expect, it } from 'vitest';
import { Universe } from './universe.ts';

const pair = (venue: string, base: string, quote: string) => ({ venue, base, quote });

describe('assets of a run', () => {
  it('of one venue have the codes of that venue alone, and those that lie elsewhere keep their place', () => {
    const universe = new Universe([pair('east', 'BTC', 'USD')], 'USD');
    expect(universe.isApart).toBe(false);
    expect([universe.at('USD', 'east'), universe.at('USD', 'west')]).toEqual(['USD', 'USD@west']);
    expect([universe.isAt('USD', 'east'), universe.isAt('USD@west', 'east')]).toEqual([true, false]);
    expect(universe.at('', 'west')).toBe('');
  });

  it('of a plan of several are named with the venue, also while only one can be reached', () => {
    const universe = new Universe([pair('east', 'BTC@east', 'USD@east')], 'USD');
    expect(universe.isApart).toBe(true);
    expect([universe.at('USD', 'east'), universe.at('USD', 'west')]).toEqual(['USD@east', 'USD@west']);
    expect([universe.isAt('USD@east', 'east'), universe.isAt('USD', 'east')]).toEqual([true, false]);
    expect([universe.cashOf('east'), universe.isHome('USD@east'), universe.isCash('USD@west')]).toEqual([
      'USD@east',
      true,
      true,
    ]);
  });
});
