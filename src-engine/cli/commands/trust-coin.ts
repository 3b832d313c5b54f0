import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, onlyPositional } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const trustCoin: Command = {
  name: 'trust-coin',
  words: [{ name: 'CODE', words: 'the code of the coin, as status lists it' }],
  options: DATA_DIR_OPTION,
  examples: ['trust-coin ABC'],
  async run(args, output) {
    const coin = onlyPositional(args);
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const answer = await engine.call('trustCoin', { coin });
    const left = answer.doubtedCoins.map((doubt) => doubt.coin).join(', ');
    output.result(
      answer,
      `${coin} is trusted as one coin at all its venues${left === '' ? '' : `; still quarantined: ${left}`}`,
    );
    return EXIT_DONE;
  },
};
