import type { Migration } from 'kysely/migration';
import { initial } from './0001-initial.ts';
import { risk } from './0002-risk.ts';
import { alerts } from './0003-alerts.ts';
import { chains } from './0004-chains.ts';
import { news } from './0005-news.ts';
import { fillCost } from './0006-fill-cost.ts';
import { coinNews } from './0007-coin-news.ts';
import { inventoryNews } from './0008-inventory-news.ts';
import { stories } from './0009-stories.ts';
import { strategies } from './0010-strategies.ts';
import { traces } from './0011-traces.ts';
import { notes } from './0012-notes.ts';
import { goLiveNews } from './0013-go-live-news.ts';
import { unpriced } from './0014-unpriced.ts';

/** All migrations by name; they run in the order of their names, each once. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-risk': risk,
  '0003-alerts': alerts,
  '0004-chains': chains,
  '0005-news': news,
  '0006-fill-cost': fillCost,
  '0007-coin-news': coinNews,
  '0008-inventory-news': inventoryNews,
  '0009-stories': stories,
  '0010-strategies': strategies,
  '0011-traces': traces,
  '0012-notes': notes,
  '0013-go-live-news': goLiveNews,
  '0014-unpriced': unpriced,
};
