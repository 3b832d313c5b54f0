import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { Balances } from './balances.ts';

const figures = (balances: Balances, asset: string) =>
  [balances.total(asset), balances.reserved(asset), balances.free(asset)].map(String);

function account(): Balances {
  return new Balances([
    ['USD', decimal('100')],
    ['BTC', decimal('2')],
  ]);
}

describe('balances', () => {
  it('are nothing in an asset that was never held', () => {
    expect(figures(account(), 'ETH')).toEqual(['0', '0', '0']);
    expect([...account().assets()]).toEqual(['USD', 'BTC']);
  });

  it('are free as far as they are not promised', () => {
    const balances = account();
    balances.reserve('a', 'USD', decimal('30'));
    expect(figures(balances, 'USD')).toEqual(['100', '30', '70']);
    balances.reserveMore('a', 'USD', decimal('5'));
    balances.reserveMore('b', 'USD', decimal('10'));
    expect(figures(balances, 'USD')).toEqual(['100', '45', '55']);
    balances.release('a');
    expect(figures(balances, 'USD')).toEqual(['100', '10', '90']);
    balances.release('a');
    balances.release('b');
    expect(figures(balances, 'USD')).toEqual(['100', '0', '100']);
    expect(figures(balances, 'BTC')).toEqual(['2', '0', '2']);
  });

  it('are for new risk what is free less what hedges may need, which is said anew each time', () => {
    const balances = account();
    balances.reserve('a', 'USD', decimal('30'));
    balances.keep([
      ['USD', decimal('50')],
      ['BTC', decimal('3')],
    ]);
    const shown = (asset: string): string[] =>
      [balances.kept(asset), balances.spendable(asset), balances.free(asset)].map(String);
    expect([shown('USD'), shown('BTC'), shown('ETH')]).toEqual([
      ['50', '20', '70'],
      ['3', '-1', '2'],
      ['0', '0', '0'],
    ]);
    balances.keep([['USD', decimal('0')]]);
    expect([shown('USD'), shown('BTC')]).toEqual([
      ['0', '70', '70'],
      ['0', '2', '2'],
    ]);
  });

  it('are not free as far as the venue holds them back for orders placed elsewhere, and move only when that amount changes', () => {
    const balances = account();
    expect(balances.held('USD').toString()).toBe('0');
    expect(balances.held('ETH').toString()).toBe('0');
    balances.reserve('a', 'USD', decimal('30'));
    balances.hold('USD', decimal('20'));
    expect(balances.held('USD').toString()).toBe('20');
    expect(figures(balances, 'USD')).toEqual(['100', '30', '50']);
    expect(balances.takeTouched()).toEqual(['USD']);
    balances.hold('USD', decimal('20.0'));
    expect(balances.takeTouched()).toEqual([]);
    balances.hold('USD', decimal('0'));
    expect(figures(balances, 'USD')).toEqual(['100', '30', '70']);
    expect(balances.takeTouched()).toEqual(['USD']);
  });

  it('are promised once under a key, and in one asset', () => {
    const balances = account();
    balances.reserve('a', 'USD', decimal('30'));
    expect(() => balances.reserve('a', 'USD', decimal('1'))).toThrow('a reserves once');
    expect(() => balances.reserveMore('a', 'BTC', decimal('1'))).toThrow('a reserves USD only');
    expect(figures(balances, 'USD')).toEqual(['100', '30', '70']);
  });

  it('pay out of what is promised as far as that goes, and out of the rest beyond it', () => {
    const balances = account();
    balances.reserve('a', 'USD', decimal('30'));
    balances.pay('a', 'USD', decimal('20'));
    expect(figures(balances, 'USD')).toEqual(['80', '10', '70']);
    balances.pay('a', 'USD', decimal('15'));
    expect(figures(balances, 'USD')).toEqual(['65', '0', '65']);
    // Nothing is left of the promise: letting it go changes nothing.
    balances.release('a');
    expect(figures(balances, 'USD')).toEqual(['65', '0', '65']);
  });

  it('pay in another asset, or without a promise, from what is there, below zero where it must be', () => {
    const balances = account();
    balances.reserve('a', 'USD', decimal('30'));
    balances.pay('a', 'BTC', decimal('0.5'));
    balances.pay('other', 'BTC', decimal('2'));
    expect(figures(balances, 'BTC')).toEqual(['-0.5', '0', '-0.5']);
    expect(figures(balances, 'USD')).toEqual(['100', '30', '70']);
    balances.receive('ETH', decimal('3'));
    expect(figures(balances, 'ETH')).toEqual(['3', '0', '3']);
  });

  it('name what moved since the last time, each once', () => {
    const balances = account();
    expect(balances.takeTouched()).toEqual([]);
    balances.reserve('a', 'USD', decimal('1'));
    balances.reserveMore('a', 'USD', decimal('1'));
    balances.receive('ETH', decimal('1'));
    expect(balances.takeTouched()).toEqual(['USD', 'ETH']);
    expect(balances.takeTouched()).toEqual([]);
    balances.release('a');
    expect(balances.takeTouched()).toEqual(['USD']);
    balances.release('a');
    expect(balances.takeTouched()).toEqual([]);
    balances.pay('none', 'BTC', decimal('1'));
    expect(balances.takeTouched()).toEqual(['BTC']);
  });
});
