import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, onlyPositional } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

export const trustCoin: Command = {
  name: 'trust-coin',
  summary:
    'Trusts that a quarantined code is the same coin at all its venues; `status` lists what is quarantined and why.',
  usage: 'CODE [--data-dir D] [--json]',
  options: { 'data-dir': { type: 'string' } },
  async run(args, output) {
    const coin = onlyPositional(args, 'CODE');
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
