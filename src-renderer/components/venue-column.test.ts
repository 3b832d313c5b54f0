import { expect, it } from 'vitest';
import { watchColumns } from '../features/watchlist/quote-cells.tsx';
import { fitColumns } from './fit-columns.ts';
import type { Column } from './table-column.ts';
import { venueColumn } from './venue-column.tsx';

type Row = { readonly venue: string };
const over = (...venues: readonly string[]): Column<Row> => {
  const column = venueColumn<Row>();
  const rows = venues.map((venue) => ({ venue }));
  return { ...column, ...column.over?.(rows) };
};
const shown = (column: Column<Row>, venue: string): unknown =>
  (column.cell({ venue }) as { readonly props: { readonly children: unknown } }).props.children;
const least = ({ track }: Pick<Column<Row>, 'track'>): number => Number(/(\d+)px/.exec(track)?.[1]);

it('says once that all exchanges are simulated, and shows in each row what they differ in', () => {
  const column = over('simulated', 'sim-binance', 'simulated+sim-binance');
  expect(column.title).toBe('Sim. venue');
  expect(shown(column, 'simulated')).toBe('Kraken');
  expect(shown(column, 'simulated+sim-binance')).toBe('Kraken + Binance');
});

it('marks each simulated exchange itself where others are beside it', () => {
  const column = over('sim-binance', 'kraken');
  expect(column.title).toBe('Venue');
  expect(shown(column, 'sim-binance')).toBe('Sim. Binance');
  expect(shown(column, 'kraken')).toBe('Kraken');
});

it('has room for its longest name, and gives way to figures as far as one exchange of a route', () => {
  const one = over('simulated', 'sim-binance');
  const route = over('simulated', 'simulated+sim-binance');
  expect(least(route)).toBeGreaterThan(least(one));
  expect(route.floor).toBe(one.floor);
  expect(route.floor).toBeLessThan(least(one));
  expect(least(over('bybit+binance+kraken+coinbase+kucoin', 'bybit'))).toBeLessThanOrEqual(130);
});

it('is whole in a watchlist of 314 px, as the layout Trade has it at 1,024', () => {
  const rows = [{ venue: 'simulated' }, { venue: 'sim-binance' }];
  const columns = watchColumns({} as Parameters<typeof watchColumns>[0]).map((column) =>
    column.id === 'venue' ? { ...column, ...column.over?.(rows as never) } : column,
  );
  const fitted = fitColumns(columns, 314);
  const venue = fitted.find(({ id }) => id === 'venue');
  expect(least(venue as never)).toBeGreaterThanOrEqual('Binance'.length * 6.5);
});
