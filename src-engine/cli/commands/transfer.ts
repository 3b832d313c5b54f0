import { UserError } from '../../domain/errors.ts';
import { VENUES } from '../../venues/registry.ts';
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, numberOption, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

/** Two venues, for examples. */
const [SOURCE = '', GOAL = ''] = VENUES;

export const transfer: Command = {
  name: 'transfer',
  options: {
    coin: { value: 'COIN', words: 'what is sent', example: 'BTC' },
    amount: { value: 'AMOUNT', words: 'what leaves the first venue, its fee included', example: '0.1' },
    from: { value: 'VENUE', words: 'where it leaves', example: SOURCE },
    to: { value: 'VENUE', words: 'where it arrives', example: GOAL },
    fee: {
      value: 'AMOUNT',
      words: 'the most that may be missing when it arrives, in units of the coin',
      example: '0.0002',
    },
    minutes: {
      value: 'N',
      words: 'minutes until it is expected to arrive; it is reported as late after that',
      range: { min: 1, max: 10_080 },
      example: '30',
    },
    network: { value: 'NAME', words: 'the network, as the venue names it', example: 'Lightning' },
    cancel: {
      value: 'ID',
      words: 'withdraws the declaration of a transfer; `inventory` lists their ids',
      example: 'demo-1-t1',
      not: ['coin', 'amount', 'from', 'to', 'fee', 'minutes', 'network'],
    },
    ...DATA_DIR_OPTION,
  },
  examples: [
    `transfer --coin BTC --amount 0.1 --from ${SOURCE} --to ${GOAL} --fee 0.0002 --minutes 30`,
    'transfer --cancel demo-1-t1',
  ],
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const transferId = textOption(args, 'cancel');
    if (transferId !== undefined) {
      const view = await engine.call('cancelTransfer', { transferId });
      output.result(view, `transfer ${transferId} is canceled`);
      return EXIT_DONE;
    }
    const needed = (name: string): string => textOption(args, name) ?? missing(name);
    const declared = await engine.call('declareTransfer', {
      coin: needed('coin'),
      amount: needed('amount'),
      from: needed('from'),
      to: needed('to'),
      fee: needed('fee'),
      minutes: numberOption(args, 'minutes') ?? missing('minutes'),
      network: textOption(args, 'network'),
    });
    const { coin, amount, from, to, state } = declared;
    output.result(
      declared,
      `transfer ${declared.transferId}: ${amount} ${coin} from ${from} to ${to}, ${state}`,
    );
    return EXIT_DONE;
  },
};

function missing(name: string): never {
  throw new UserError({
    code: 'bad-usage',
    field: `--${name}`,
    value: '',
    message: 'is missing',
    remedy: 'See parallax transfer --help.',
  });
}
