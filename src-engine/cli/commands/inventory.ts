import type { InventoryMove, InventoryRow, InventoryView } from '../../domain/inventory-schemas.ts';
import { DEFAULT_VENUE } from '../../venues/registry.ts';
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, numberOption, textOption } from '../command.ts';
import { UserError } from '../../domain/errors.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const inventory: Command = {
  name: 'inventory',
  options: {
    target: {
      value: 'COIN@VENUE=AMOUNT',
      words:
        'how much is to lie there; none in place of the amount: an equal share of all that is held of the coin',
      example: `BTC@${DEFAULT_VENUE.id}=0.5`,
    },
    low: {
      value: 'PCT',
      words: 'below this percentage of the target it runs dry; as the settings have it where left out',
      range: { min: 0, max: 99 },
      example: '40',
      needs: ['target'],
    },
    high: {
      value: 'PCT',
      words: 'above this percentage of the target it is overfull; as the settings have it where left out',
      range: { min: 101, max: 10_000 },
      example: '200',
      needs: ['target'],
    },
    terms: {
      value: 'COIN@VENUE=NETWORK',
      words: 'stores what a venue asks for a withdrawal over a network; what is left out is not known',
      example: `BTC@${DEFAULT_VENUE.id}=Lightning`,
    },
    fee: { value: 'AMOUNT', words: 'the fee of one withdrawal', example: '0.0002', needs: ['terms'] },
    minimum: { value: 'AMOUNT', words: 'the smallest withdrawal', example: '0.001', needs: ['terms'] },
    minutes: {
      value: 'N',
      words: 'minutes until it usually arrives',
      range: { min: 1, max: 10_080 },
      example: '30',
      needs: ['terms'],
    },
    forget: {
      value: 'COIN@VENUE=NETWORK',
      words: 'removes what was stored of a network',
      example: `BTC@${DEFAULT_VENUE.id}=Lightning`,
    },
    ...DATA_DIR_OPTION,
  },
  examples: [
    'inventory',
    `inventory --target BTC@${DEFAULT_VENUE.id}=0.5`,
    `inventory --terms BTC@${DEFAULT_VENUE.id}=Lightning --fee 0.0002`,
  ],
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const target = placeOption(textOption(args, 'target'), 'target');
    const terms = placeOption(textOption(args, 'terms'), 'terms');
    const forget = placeOption(textOption(args, 'forget'), 'forget');
    const lowPct = numberOption(args, 'low');
    const highPct = numberOption(args, 'high');
    const minutes = numberOption(args, 'minutes') ?? null;
    if (target !== undefined) {
      const { value, ...place } = target;
      const amount = value === 'none' ? null : value;
      await engine.call('setInventoryTarget', { ...place, target: amount, lowPct, highPct });
    }
    if (terms !== undefined) {
      const { value: network, ...place } = terms;
      const [fee, minimum] = [textOption(args, 'fee') ?? null, textOption(args, 'minimum') ?? null];
      await engine.call('setTransferTerms', { ...place, network, fee, minimum, minutes });
    }
    if (forget !== undefined) {
      const { value: network, ...place } = forget;
      await engine.call('removeTransferTerms', { ...place, network });
    }
    const view = await engine.call('getInventory', {});
    output.result(view, describe(view));
    return EXIT_DONE;
  },
};

/** `COIN@VENUE=VALUE`. */
function placeOption(text: string | undefined, option: string) {
  if (text === undefined) return undefined;
  const [, coin = '', venue = '', value = ''] = /^([^@=]+)@([^@=]+)=(.+)$/.exec(text) ?? [];
  if (value !== '') return { coin, venue, value };
  throw new UserError({
    code: 'bad-option',
    field: `--${option}`,
    value: text,
    message: 'is not a coin, a venue and a value',
    remedy: `Write for example --${option} BTC@${DEFAULT_VENUE.id}=${option === 'target' ? '0.5' : 'Lightning'}.`,
  });
}

function describe({ rows, transfers, pegs, homeAsset }: InventoryView): string {
  const off = pegs.filter(({ reason }) => reason !== '');
  const open = transfers.filter(({ endedUs }) => endedUs === null);
  return [
    ...rows.flatMap((row) => [rowText(row), ...row.moves.map((move) => `    ${moveText(move, homeAsset)}`)]),
    ...open.map(
      (one) =>
        `transfer ${one.transferId}: ${one.amount} ${one.coin} from ${one.from} to ${one.to}, ${one.state}${one.isLate ? ', LATE' : ''}`,
    ),
    ...off.map(({ coin, reason }) => `${coin} is off its peg: ${reason}`),
    ...(rows.length === 0 ? ['nothing is held'] : []),
  ].join('\n');
}

function rowText({
  coin,
  venue,
  held,
  arriving,
  target,
  filledPct,
  state,
  daysOfSupply,
}: InventoryRow): string {
  const flight = arriving === '0' ? '' : `, ${arriving} in flight to it`;
  const aim = target === null ? 'no target' : `target ${target} (${filledPct ?? 0} %), ${state}`;
  const days = daysOfSupply === null ? '' : `, lasts ${daysOfSupply} days`;
  return `${coin} at ${venue}: ${held}${flight}; ${aim}${days}`;
}

function moveText(move: InventoryMove, homeAsset: string): string {
  const { kind, coin, amount, from, to, through, network, costBps, costHome, minutes, note } = move;
  const cost =
    costBps === null
      ? 'cost unknown'
      : `costs ${costBps} bps${costHome === null ? '' : ` (${costHome} ${homeAsset})`}`;
  const more = note === '' ? '' : `. ${note}`;
  if (kind === 'reverse')
    return `reverse route: ${amount} ${coin} bought at ${to} and sold at ${from ?? ''}${through === null ? '' : ` through ${through}`}, ${cost}${more}`;
  if (kind === 'transfer')
    return `transfer: ${amount} ${coin} from ${from ?? ''} over ${network ?? 'an unknown network'}, ${cost}, ${minutes === null ? 'time unknown' : `${minutes} min`}${more}`;
  return `${kind === 'top-up' ? 'top up' : 'dust'}: ${amount} ${coin}${more}`;
}
