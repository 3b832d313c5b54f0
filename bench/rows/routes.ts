/** Cross-venue routes: the hottest pair of a desk over many venues, every route of it scored after a change of its best prices. */
import { gridOf } from '../../src-engine/detection/instrument-grid.ts';
import { routeGraphOf } from '../../src-engine/detection/route-graph.ts';
import { RouteIndex } from '../../src-engine/detection/route-index.ts';
import { CALIBRATION } from '../calibration.ts';
import { instrumentsAt } from '../many-venues.ts';
import { inUs, interleaved } from '../measure.ts';
import { calibratedRow, type Row } from '../report.ts';

const VENUES = 14;
const ROUNDS = 60;
const WARM_UP = 30;
const UPDATES = 10_000;

export function routeRow(): Row {
  const instruments = instrumentsAt(VENUES);
  const graph = routeGraphOf(instruments, ['USDT', 'BTC'], 3);
  const index = new RouteIndex(graph, instruments.map(gridOf));
  for (const { id } of instruments) index.setTop(id, 100_000, 100_300);
  let hits = 0;
  const [tookNs = [], parseNs = []] = interleaved(
    [
      {
        name: 'routes',
        run: () => {
          for (let i = 0; i < UPDATES; i++) {
            // Among the best bids and asks of all venues, so that the best of an edge is searched again as well.
            index.setTop(0, 100_000 + (i % 7), 100_300 - (i % 5));
            index.scan(0);
            hits += index.hitCount;
          }
          return UPDATES;
        },
      },
      CALIBRATION,
    ],
    ROUNDS,
    WARM_UP,
  );
  if (hits > 0) throw new Error('a route of the made market pays: what was timed is not the usual update');
  const routes = routesThrough(graph, 0);
  const name = `routes: new best prices of BTC/USDT at one of ${VENUES} venues, all ${routes.toLocaleString('en-US')} routes through it`;
  return calibratedRow(name, inUs(tookNs), 1, inUs(parseNs));
}

/** Choices of venues of all walks through an instrument, on either side of it: what a list of routes would have to score one by one. */
function routesThrough({ edges, walks }: ReturnType<typeof routeGraphOf>, id: number): number {
  let count = 0;
  for (const slot of [id * 2, id * 2 + 1]) {
    const own = edges.findIndex(({ slots }) => slots.includes(slot));
    for (const walk of walks)
      if (walk.edges.includes(own))
        count += walk.edges.reduce(
          (product, edge) => product * (edge === own ? 1 : (edges[edge]?.slots.length ?? 0)),
          1,
        );
  }
  // Those at its own venue alone change no venue.
  return count;
}
