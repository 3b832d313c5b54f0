import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CrossVenueRow } from '../../../src-engine/contract/cross-venue-records.ts';
import type { FundingRow } from '../../../src-engine/contract/funding-records.ts';
import type { Column } from '../../components/table-column.ts';
import { setSeparators } from '../../lib/decimal-text.ts';
import { BOARD_COLUMNS } from '../cross-venue/board-columns.tsx';
import { FUNDING_COLUMNS } from './funding-columns.tsx';

beforeEach(() => setSeparators({ group: '.', point: ',' }));
afterEach(() => setSeparators({ group: ',', point: '.' }));

const markup = <Row,>(columns: readonly Column<Row>[], id: string, row: Partial<Row>): string =>
  renderToStaticMarkup(columns.find((column) => column.id === id)?.cell(row as Row));
const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, '');

test.each([
  ['96500', '96.500'],
  ['96500.50', '96.500,50'],
  ['1234567.10', '1.234.567,10'],
])('a price of %s reads %s in a window with a decimal comma, and is exact below', (price, read) => {
  const cells = [
    ...['mark', 'index', 'spotMid', 'openInterest'].map((id) =>
      markup<FundingRow>(FUNDING_COLUMNS, id, { [id]: price, spotVenue: 'bybit' }),
    ),
    ...['bid', 'ask', 'netBid', 'netAsk'].map((id) =>
      markup<CrossVenueRow>(BOARD_COLUMNS, id, { [id]: price }),
    ),
  ];
  for (const html of cells) {
    expect(textOf(html).replace('▸ ', '')).toBe(read);
    expect(html).toContain(`data-exact="${price}"`);
  }
});

test('a yearly rate that rounds to nothing has the colour of nothing, and its exact figure below', () => {
  const html = markup<FundingRow>(FUNDING_COLUMNS, 'annualPct', { annualPct: '0.001' });
  expect(textOf(html)).toBe('0,00 %');
  expect(html).toContain('class="num even" title="0,001" data-exact="0.001"');
});

test('where there is no spot mid its tooltip is the reason', () => {
  const row = { spotMid: null, basisBps: null, isDoubtful: false, spotVenue: 'bybit' };
  expect(markup<FundingRow>(FUNDING_COLUMNS, 'spotMid', row)).toContain('title="Its spot book is not live"');
});
