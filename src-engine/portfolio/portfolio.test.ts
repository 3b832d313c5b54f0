import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { Decimal, decimal } from '../domain/decimal.ts';
import { capitalOf, equityParts } from '../domain/equity-parts.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { CoinDoubt } from '../domain/risk.ts';
import { Marks } from './marks.ts';
import { type OpeningAccount, Portfolio } from './portfolio.ts';

const instruments = ['BTC/USD', 'ETH/BTC', 'ETH/USD', 'SOL/ETH'].map((symbol, id) => {
  const [base = '', quote = ''] = symbol.split('/');
  const sizes = { tickSize: '0.01', lotSize: '0.001', minQty: '0', minNotional: '0', takerFee: '0.001' };
  return createInstrument({ symbol, base, quote, ...sizes, status: 'online' }, id, 'test');
});
const [BTCUSD, ETHBTC] = instruments as [Instrument, Instrument];

function account(opening: Partial<OpeningAccount> = {}) {
  const store = new BookStore(instruments, { depth: 5 });
  const setMid = (id: number, units: number): void => {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    if (units > 1) {
      update.pushBid(units - 1, 1);
      update.pushAsk(units + 1, 1);
    }
    store.apply(update);
  };
  const marks = new Marks(instruments, store.books, 'USD');
  const portfolio = new Portfolio(
    { balances: [{ asset: 'USD', total: '1000' }], realizedPnl: '0', fees: '0', ...opening },
    marks,
  );
  return { portfolio, marks, setMid };
}

let fillCount = 0;
const fillOf = (price: string, qty: string, fee: string, feeAsset: string) => ({
  fillId: `f${++fillCount}`,
  orderId: 'o',
  price,
  qty,
  fee,
  feeAsset,
  atUs: 1,
});

describe('marks', () => {
  it('value an asset over the shortest way home, and keep the last value of a book that is empty', () => {
    const { marks, setMid } = account();
    expect(marks.price('BTC')).toBeUndefined();
    setMid(0, 5_000_000);
    setMid(2, 250_000);
    setMid(3, 5);
    expect(marks.price('BTC')?.toString()).toBe('50000');
    expect(marks.price('SOL')?.toString()).toBe('125');
    expect(marks.price('USD')?.toString()).toBe('1');
    expect(marks.price('DOGE')).toBeUndefined();
    setMid(2, 0);
    expect(marks.price('SOL')?.toString()).toBe('125');
  });
});

describe('portfolio', () => {
  it('books a purchase and a sale, realises the difference, and counts the fees', () => {
    const { portfolio, setMid } = account();
    setMid(0, 5_000_000);
    portfolio.applyFill('buy', BTCUSD, fillOf('50000', '0.01', '0.5', 'USD'));
    expect(portfolio.sample(1)).toMatchObject({
      equity: '999.5',
      realizedPnl: '0',
      unrealizedPnl: '-0.5',
      fees: '0.5',
    });
    setMid(0, 5_100_000);
    expect(portfolio.sample(1).unrealizedPnl).toBe('9.5');
    portfolio.applyFill('sell', BTCUSD, fillOf('51000', '0.01', '0.51', 'USD'));
    expect(portfolio.sample(1)).toMatchObject({
      equity: '1008.99',
      realizedPnl: '8.99',
      unrealizedPnl: '0',
      fees: '1.01',
    });
  });

  it('goes on from the cost basis that the last run left', () => {
    const balances = [
      { asset: 'USD', total: '500' },
      { asset: 'BTC', total: '0.01', costHome: '400' },
    ];
    const { portfolio, setMid } = account({ balances, realizedPnl: '7' });
    setMid(0, 5_000_000);
    expect(portfolio.sample(1)).toMatchObject({ equity: '1000', realizedPnl: '7', unrealizedPnl: '100' });
    portfolio.applyFill('sell', BTCUSD, fillOf('50000', '0.01', '0', 'USD'));
    expect(portfolio.sample(1)).toMatchObject({ realizedPnl: '107', unrealizedPnl: '0' });
  });

  it('takes foreign capital at its first known price: it is not profit', () => {
    const { portfolio, setMid } = account({ balances: [{ asset: 'BTC', total: '1' }] });
    setMid(0, 5_000_000);
    expect(portfolio.sample(1)).toMatchObject({ equity: '50000', unrealizedPnl: '0' });
    setMid(0, 5_100_000);
    expect(portfolio.sample(1)).toMatchObject({ equity: '51000', unrealizedPnl: '1000' });
  });

  it('takes a basis of nothing for one that was never priced, as a run leaves it that ended too early', () => {
    const balances = [{ asset: 'BTC', total: '1', costHome: '0' }];
    const { portfolio, setMid } = account({ balances });
    expect(portfolio.snapshot()).toMatchObject([{ asset: 'BTC', costHome: '0' }]);
    setMid(0, 5_000_000);
    expect(portfolio.sample(1)).toMatchObject({ equity: '50000', unrealizedPnl: '0' });
    expect(portfolio.takeRepriced()).toEqual(['BTC']);
    expect(portfolio.takeRepriced()).toEqual([]);
    expect(portfolio.snapshot()).toMatchObject([{ asset: 'BTC', costHome: '50000' }]);
  });

  it('prices opening capital before more of it is bought: the purchase keeps its own cost', () => {
    const balances = [
      { asset: 'USD', total: '1000' },
      { asset: 'BTC', total: '1' },
    ];
    const { portfolio, setMid } = account({ balances });
    setMid(0, 5_000_000);
    portfolio.applyFill('buy', BTCUSD, fillOf('50000', '0.01', '0.5', 'USD'));
    expect(portfolio.sample(1)).toMatchObject({ equity: '50999.5', unrealizedPnl: '-0.5' });
  });

  it('leaves no residual of a basis behind when all is sold', () => {
    const balances = [
      { asset: 'USD', total: '1000' },
      { asset: 'BTC', total: '0.3', costHome: '0.1234567890123456789' },
    ];
    const { portfolio } = account({ balances });
    portfolio.applyFill('sell', BTCUSD, fillOf('1', '0.1', '0', 'USD'));
    portfolio.applyFill('sell', BTCUSD, fillOf('1', '0.2', '0', 'USD'));
    expect(portfolio.snapshot()).toMatchObject([{ asset: 'USD' }, { total: '0', costHome: '0' }]);
  });

  it('takes a fee in base from what was bought, or on top of what was sold', () => {
    const { portfolio, setMid } = account();
    setMid(0, 5_000_000);
    portfolio.applyFill('buy', BTCUSD, fillOf('50000', '0.01', '0.00001', 'BTC'));
    expect(portfolio.balances.total('USD').toString()).toBe('500');
    expect(portfolio.balances.total('BTC').toString()).toBe('0.00999');
    expect(portfolio.sample(1)).toMatchObject({ equity: '999.5', unrealizedPnl: '-0.5', fees: '0.5' });
    portfolio.applyFill('sell', BTCUSD, fillOf('50000', '0.009', '0.00001', 'BTC'));
    expect(portfolio.balances.total('BTC').toString()).toBe('0.00098');
    expect(portfolio.balances.total('USD').toString()).toBe('950');
    expect(portfolio.sample(1).fees).toBe('1');
  });

  it('takes a fee in a third asset from there: what it had cost is lost', () => {
    const balances = [
      { asset: 'USD', total: '1000' },
      { asset: 'ETH', total: '1', costHome: '2000' },
    ];
    const { portfolio, setMid } = account({ balances });
    setMid(0, 5_000_000);
    setMid(2, 250_000);
    const flows = portfolio.applyFill('buy', BTCUSD, fillOf('50000', '0.01', '0.0002', 'ETH'));
    expect(String(flows.aside?.amount)).toBe('0.0002');
    expect(portfolio.balances.total('USD').toString()).toBe('500');
    expect(portfolio.balances.total('ETH').toString()).toBe('0.9998');
    const { equity, realizedPnl, unrealizedPnl, fees } = portfolio.sample(1);
    expect([equity, realizedPnl, unrealizedPnl, fees]).toEqual(['3499.5', '-0.4', '499.9', '0.5']);
  });

  it('prices opening capital before a part of it is sold, exchanged or given as a fee: none of it is a profit', () => {
    const balances = [
      { asset: 'USD', total: '1000' },
      { asset: 'BTC', total: '1' },
      { asset: 'ETH', total: '1' },
    ];
    const sold = account({ balances });
    sold.setMid(0, 5_000_000);
    sold.portfolio.applyFill('sell', BTCUSD, fillOf('50000', '0.4', '0', 'USD'));
    expect(sold.portfolio.sample(1)).toMatchObject({ realizedPnl: '0', unrealizedPnl: '0' });
    expect(sold.portfolio.snapshot()[1]).toMatchObject({ total: '0.6', costHome: '30000' });

    const fee = account({ balances });
    fee.setMid(2, 250_000);
    fee.portfolio.applyFill('buy', BTCUSD, fillOf('50000', '0.01', '0.0002', 'ETH'));
    expect(fee.portfolio.snapshot()[2]).toMatchObject({ total: '0.9998', costHome: '2499.5' });
    expect(fee.portfolio.sample(1).realizedPnl).toBe('-0.5');

    const exchanged = account({ balances });
    exchanged.setMid(0, 5_000_000);
    exchanged.setMid(2, 250_000);
    exchanged.portfolio.applyFill('buy', ETHBTC, fillOf('0.05', '2', '0', 'BTC'));
    expect(exchanged.portfolio.snapshot().map(({ costHome }) => costHome)).toEqual(['1000', '45000', '7500']);
    expect(exchanged.portfolio.sample(1)).toMatchObject({ realizedPnl: '0', unrealizedPnl: '0' });
  });

  it('books what an account paid for an order that was not made, also out of coin that is held for gas; nothing that is simulated beyond what lies there', () => {
    const { portfolio } = account({
      balances: [
        { asset: 'USD', total: '1000' },
        { asset: 'ETH', total: '1', costHome: '3000' },
      ],
    });
    const { balances } = portfolio;
    balances.hold('ETH', decimal('1'), true);
    const figures = (): string[] =>
      [balances.total('ETH'), balances.held('ETH'), balances.free('ETH')].map((one) => one.toFixed());
    expect(portfolio.payCharge('o', 'ETH', decimal('0.1'), true).toFixed()).toBe('0');
    expect(portfolio.payCharge('o', 'ETH', decimal('0.002')).toFixed()).toBe('0.002');
    expect(figures()).toEqual(['0.998', '0.998', '0']);
    // A purchase brings the token, and its gas leaves the coin.
    const [, , ethUsd] = instruments as [Instrument, Instrument, Instrument];
    portfolio.applyFill('buy', ethUsd, fillOf('100', '2', '0.003', 'ETH'));
    expect(figures()).toEqual(['2.995', '0.995', '2']);
    // What is held for orders pays nothing.
    balances.hold('USD', decimal('50'));
    portfolio.payCharge('o', 'USD', decimal('10'));
    expect(balances.held('USD').toFixed()).toBe('50');
  });

  it('books what the venue says though it is more than was there', () => {
    const { portfolio, setMid } = account();
    setMid(0, 5_000_000);
    portfolio.applyFill('buy', BTCUSD, fillOf('50000', '0.03', '0', 'USD'));
    expect(portfolio.balances.total('USD').toString()).toBe('-500');
    expect(portfolio.balances.free('USD').isNegative()).toBe(true);
    portfolio.applyFill('sell', BTCUSD, fillOf('50000', '0.04', '0', 'USD'));
    expect(portfolio.balances.total('BTC').toString()).toBe('-0.01');
    expect(portfolio.sample(1).equity).toBe('1000');
  });

  it('takes the venue’s balances over without profit or loss', () => {
    const balances = [
      { asset: 'USD', total: '1000' },
      { asset: 'BTC', total: '0.02', costHome: '800' },
    ];
    const { portfolio, setMid } = account({ balances });
    setMid(0, 5_000_000);
    portfolio.adopt('USD', decimal('1500'));
    portfolio.adopt('BTC', decimal('0.01'));
    expect(portfolio.sample(1)).toMatchObject({ equity: '2000', realizedPnl: '0', unrealizedPnl: '100' });
    portfolio.adopt('BTC', decimal('0.03'));
    expect(portfolio.sample(1)).toMatchObject({ equity: '3000', unrealizedPnl: '100' });
    portfolio.adopt('SOL', decimal('7'));
    expect(portfolio.snapshot().at(-1)).toMatchObject({ asset: 'SOL', total: '7', costHome: '0' });
    setMid(2, 250_000);
    setMid(3, 5);
    expect(portfolio.sample(1)).toMatchObject({ equity: '3875', unrealizedPnl: '100' });
  });

  it('takes a balance over that is what it was without a word, and one without a price at nothing', () => {
    const balances = [
      { asset: 'USD', total: '1000' },
      { asset: 'BTC', total: '0.02', costHome: '800' },
    ];
    const { portfolio, setMid } = account({ balances });
    portfolio.balances.takeTouched();
    portfolio.adopt('BTC', decimal('0.02'));
    expect(portfolio.balances.takeTouched()).toEqual([]);
    // No price yet: what came is added without a cost, and what is held keeps its own.
    portfolio.adopt('BTC', decimal('0.03'));
    expect(portfolio.snapshot()[1]).toMatchObject({ total: '0.03', costHome: '800' });
    setMid(0, 5_000_000);
    expect(portfolio.sample(1)).toMatchObject({ equity: '2500', unrealizedPnl: '700' });
    expect(portfolio.takeRepriced()).toEqual([]);
    // A third leaves: a third of the cost goes with it.
    portfolio.adopt('BTC', decimal('0.02'));
    expect(portfolio.snapshot()[1]).toMatchObject({ total: '0.02', costHome: '533.333333333333333334' });
    expect(portfolio.sample(1).realizedPnl).toBe('0');
    portfolio.adopt('BTC', decimal('0'));
    expect(portfolio.snapshot()[1]).toMatchObject({ total: '0', costHome: '0' });
  });

  it('takes nothing but what comes and goes for capital, whatever is traded, moved or paid as a fee', () => {
    const balances = [
      { asset: 'USD', total: '1000' },
      { asset: 'BTC', total: '1' },
      { asset: 'ETH', total: '1' },
    ];
    const { portfolio, setMid } = account({ balances });
    const capital = (): string => capitalOf(portfolio.sample(1)).toFixed();
    setMid(0, 5_000_000);
    setMid(2, 250_000);
    expect(capital()).toBe('53500');
    portfolio.applyFill('sell', BTCUSD, fillOf('49000', '0.3', '3.1', 'USD'));
    setMid(2, 240_000);
    portfolio.applyFill('buy', ETHBTC, fillOf('0.049', '2', '0.0001', 'BTC'));
    setMid(0, 5_100_000);
    portfolio.applyFill('buy', BTCUSD, fillOf('51000', '0.01', '0.0002', 'ETH'));
    portfolio.move('BTC', 'BTC@in-transit', decimal('0.1'));
    portfolio.payTransferFee('ETH', decimal('0.01'));
    expect(portfolio.sample(1).realizedPnl).not.toBe('0');
    expect(capital()).toBe('53500');
    portfolio.adopt('USD', portfolio.balances.total('USD').plus(500));
    expect(capital()).toBe('54000');
  });

  it('takes a coin that has no price for no withdrawal: what it cost stays in the capital, as a part that is not valued', () => {
    const balances = [
      { asset: 'USD', total: '5000' },
      { asset: 'BTC', total: '0.1', costHome: '5000' },
    ];
    const { portfolio, setMid } = account({ balances, realizedPnl: '0.25' });
    const parts = () => equityParts(portfolio.sample(1), '1.5', portfolio.costNotValued());
    const profit = { profit: '0.25', cycles: '1.5', holdings: '-1.25' };
    expect(parts()).toMatchObject({ equity: '5000', capital: '9999.75', notValued: '5000', ...profit });
    expect(parts().withoutPrice).toBe(1);
    setMid(0, 5_000_000);
    expect(parts()).toMatchObject({ equity: '10000', capital: '9999.75', notValued: '0', ...profit });
    expect(parts()).not.toHaveProperty('withoutPrice');
  });

  it('books an exchange between two assets at the mark of what was given: the gain is that of the given one', () => {
    const balances = [
      { asset: 'USD', total: '1000' },
      { asset: 'BTC', total: '1', costHome: '40000' },
    ];
    const { portfolio, setMid } = account({ balances });
    setMid(0, 5_000_000);
    setMid(2, 250_000);
    // 0.1 BTC, worth 5,000 and bought for 4,000, for 2 ETH.
    portfolio.applyFill('buy', ETHBTC, fillOf('0.05', '2', '0', 'BTC'));
    expect(portfolio.sample(1)).toMatchObject({
      equity: '51000',
      realizedPnl: '1000',
      unrealizedPnl: '9000',
    });
    const costs = portfolio.snapshot().map(({ asset, total, costHome }) => [asset, total, costHome]);
    expect(costs).toEqual([
      ['USD', '1000', '1000'],
      ['BTC', '0.9', '36000'],
      ['ETH', '2', '5000'],
    ]);
    // Half of the ether goes back for bitcoin that is worth less than it cost.
    portfolio.applyFill('sell', ETHBTC, fillOf('0.04', '1', '0', 'BTC'));
    expect(portfolio.sample(1)).toMatchObject({ realizedPnl: '1000', fees: '0' });
    expect(portfolio.snapshot().map(({ costHome }) => costHome)).toEqual(['1000', '38500', '2500']);
  });

  it('reports what it is worth, from which books that follows, and what has no price yet', () => {
    const balances = [
      { asset: 'USD', total: '1' },
      { asset: 'SOL', total: '3', costHome: '60' },
      { asset: 'DOGE', total: '5' },
      { asset: 'ETH', total: '0' },
    ];
    const { portfolio, setMid } = account({ balances });
    expect(portfolio.markBooks('SOL')).toEqual([3, 2]);
    expect([portfolio.markBooks('USD'), portfolio.markBooks('DOGE')]).toEqual([[], []]);
    expect(portfolio.unvalued().map(({ asset, costHome }) => [asset, costHome.toString()])).toEqual([
      ['SOL', '60'],
    ]);
    expect([portfolio.markOf('SOL'), portfolio.valueOf('SOL', decimal('2'))]).toEqual([undefined, undefined]);
    setMid(2, 250_000);
    setMid(3, 5);
    expect(portfolio.markOf('SOL')?.toString()).toBe('125');
    expect(portfolio.valueOf('SOL', decimal('2'))?.toString()).toBe('250');
    expect(portfolio.valueOf('SOL', decimal('0'))?.toString()).toBe('0');
    expect(portfolio.unvalued()).toEqual([]);
    expect(portfolio.homeAsset).toBe('USD');
  });

  it('does not know its worth while a venue of it is not part of the run and the way to a price leads over that one', () => {
    const sizes = { tickSize: '0.01', lotSize: '0.001', minQty: '0', minNotional: '0', takerFee: '0.001' };
    const pair = {
      symbol: 'BTCUSDT',
      base: 'BTC@west',
      quote: 'USDT@west',
      ...sizes,
      status: 'online',
    } as const;
    const west = [createInstrument(pair, 0, 'west')];
    const worth = (...balances: OpeningAccount['balances']) => {
      const marks = new Marks(west, new BookStore(west, { depth: 5 }).books, 'USD');
      return new Portfolio({ balances, realizedPnl: '0', fees: '0' }, marks).unvalued();
    };
    const stable = { asset: 'USDT@west', total: '20000', costHome: '19990' };
    const unknown = { asset: 'DOGE@west', total: '5' };
    expect(worth({ asset: 'USD@east', total: '25000' }, stable, unknown)).toMatchObject([
      { asset: 'USDT@west' },
    ]);
    // All that is held lies at venues of the run: what has no way to a price was never part of what it is worth.
    expect(worth(stable, unknown)).toEqual([]);
  });

  it('reserves what an order may cost at worst, and gives back what it did not use', () => {
    const { portfolio } = account();
    const order = { side: 'buy', price: decimal('50000'), qty: decimal('0.01') } as const;
    portfolio.reserve('o', order, BTCUSD);
    expect(portfolio.balances.free('USD').toString()).toBe('499.5');
    portfolio.applyFill('buy', BTCUSD, fillOf('49000', '0.004', '0.196', 'USD'));
    expect(portfolio.balances.reserved('USD').toString()).toBe(
      new Decimal('500.5').minus('196.196').toString(),
    );
    portfolio.balances.release('o');
    portfolio.balances.release('o');
    expect(portfolio.balances.free('USD').toString()).toBe(new Decimal('1000').minus('196.196').toString());
    expect(() => portfolio.reserve('p', { ...order, qty: decimal('1') }, BTCUSD)).toThrow(
      /no more USD than is free/,
    );
  });

  it('keeps equity equal to capital plus realised plus unrealised, whatever is filled', () => {
    const fill = fc.record({
      first: fc.boolean(),
      buys: fc.boolean(),
      qty: fc.integer({ min: 1, max: 30 }),
      shift: fc.integer({ min: -300, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 30 }), (fills) => {
        const { portfolio, setMid } = account({ balances: [{ asset: 'USD', total: '100000' }] });
        setMid(0, 5_000_000);
        setMid(1, 50);
        setMid(2, 250_000);
        for (const { first, buys, qty, shift } of fills) {
          const instrument = first ? BTCUSD : ETHBTC;
          const price = first
            ? new Decimal(50_000 + shift)
            : new Decimal('0.5').plus(new Decimal(shift).div(10_000));
          const amount = new Decimal(qty).div(1_000);
          const fee = price.times(amount).times('0.001');
          const [pays, needs] = buys
            ? [instrument.quote, price.times(amount).plus(fee)]
            : [instrument.base, amount];
          if (portfolio.balances.free(pays).lt(needs)) continue;
          setMid(0, 5_000_000 + shift * 10);
          portfolio.applyFill(
            buys ? 'buy' : 'sell',
            instrument,
            fillOf(price.toString(), amount.toString(), fee.toString(), instrument.quote),
          );
          const { equity, realizedPnl, unrealizedPnl } = portfolio.sample(1);
          const sum = new Decimal(100_000).plus(realizedPnl).plus(unrealizedPnl);
          expect(sum.minus(equity).abs().toNumber()).toBeLessThan(1e-6);
          for (const { total } of portfolio.snapshot()) expect(decimal(total).isNegative()).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('what a venue reports of an asset that was never priced', () => {
  it('sets the basis of what was there before, at the mark of that moment, and values what came beside it', () => {
    const { portfolio, setMid } = account({ balances: [{ asset: 'BTC', total: '2' }] });
    setMid(0, 10_000);
    portfolio.adopt('BTC', decimal('3'));
    // Two were there and one came, each worth 100: none of it is profit.
    expect(portfolio.snapshot().find(({ asset }) => asset === 'BTC')?.costHome).toBe('300');
    expect(portfolio.takeRepriced()).toEqual(['BTC']);
    expect(portfolio.sample(1).unrealizedPnl).toBe('0');
  });
});

it('a fee in the home currency of a trade between two coins is a loss of just that', () => {
  const { portfolio, setMid } = account({
    balances: [
      { asset: 'USD', total: '1000' },
      { asset: 'BTC', total: '1', costHome: '100' },
    ],
  });
  setMid(0, 10_000);
  setMid(1, 100);
  portfolio.applyFill('buy', ETHBTC, fillOf('1', '0.5', '3', 'USD'));
  expect(portfolio.balances.total('USD').toString()).toBe('997');
  expect(portfolio.sample(1).realizedPnl).toBe('-3');
});

describe('what an order takes from the account', () => {
  const order = { side: 'buy', price: decimal('0.05'), qty: decimal('2') } as const;

  it('is in the home currency at the mark of its quote, and unknown without one', () => {
    const { portfolio, setMid } = account();
    expect(portfolio.notionalHome(order, ETHBTC)).toBeUndefined();
    setMid(0, 5_000_000);
    expect(portfolio.notionalHome(order, ETHBTC)?.toString()).toBe('5000');
  });

  it('may be all that is free', () => {
    const { portfolio } = account();
    const all = { side: 'buy', price: decimal('999'), qty: decimal('1') } as const;
    portfolio.balances.reserve('other', 'USD', decimal('0.001'));
    portfolio.reserve('o', all, BTCUSD);
    expect(portfolio.balances.free('USD').toString()).toBe('0');
  });

  it('is what is left to fill of an order of an earlier run, free or not, and nothing of one that filled beyond its size', () => {
    const { portfolio } = account();
    const rest = { orderId: 'left', side: 'buy', price: decimal('1000'), qty: decimal('3') } as const;
    portfolio.reserveRest({ ...rest, filledQty: decimal('1') }, BTCUSD);
    expect(portfolio.balances.reserved('USD').toString()).toBe('2002');
    expect(portfolio.balances.free('USD').toString()).toBe('-1002');
    portfolio.reserveRest({ ...rest, orderId: 'over', filledQty: decimal('3.5') }, BTCUSD);
    expect(portfolio.balances.reserved('USD').toString()).toBe('2002');
  });
});

it('reports what the venue holds back for orders placed elsewhere, where it holds something', () => {
  const { portfolio } = account();
  expect(portfolio.snapshot()).toEqual([{ asset: 'USD', total: '1000', reserved: '0', costHome: '1000' }]);
  portfolio.balances.hold('USD', decimal('40'));
  expect(portfolio.snapshot()).toEqual([
    { asset: 'USD', total: '1000', reserved: '0', held: '40', costHome: '1000' },
  ]);
});

it('a coin that cost less than one unit of home still counts as not valued, and only where a venue is missing', () => {
  const sizes = {
    tickSize: '0.01',
    lotSize: '0.001',
    minQty: '0',
    minNotional: '0',
    status: 'online',
  } as const;
  const both = ['east', 'west'].map((venue, id) =>
    createInstrument({ symbol: 'BTC/USD', base: `BTC@${venue}`, quote: `USD@${venue}`, ...sizes }, id, venue),
  );
  const unvalued = (...assets: readonly string[]): string[] => {
    const marks = new Marks(both, new BookStore(both, { depth: 5 }).books, 'USD');
    const balances = assets.map((asset) => ({ asset, total: '1', costHome: '0.5' }));
    return new Portfolio({ balances, realizedPnl: '0', fees: '0' }, marks)
      .unvalued()
      .map(({ asset }) => asset);
  };
  // Each of two venues holds something: nothing that was valued at a third one is left out.
  expect(unvalued('USD@east', 'USD@west', 'DOGE@east')).toEqual([]);
  expect(unvalued('USD@east', 'USD@west', 'DOGE@east', 'USD@north')).toEqual(['DOGE@east']);
});

it('shows which codes may stand for two coins', () => {
  const { portfolio, marks } = account();
  expect(portfolio.isDoubted('BTC')).toBe(false);
  marks.doubted.set('BTC', { coin: 'BTC' } as CoinDoubt);
  expect(portfolio.doubtedCoins).toBe(marks.doubted);
  expect([portfolio.isDoubted('BTC'), portfolio.isDoubted('ETH')]).toEqual([true, false]);
});
