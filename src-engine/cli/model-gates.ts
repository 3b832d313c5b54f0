/** The gates of a model, as `model gates` lists them. */
import { gatesNow } from '../training/promotion.ts';
import type { ModelRegistry } from '../training/registry.ts';
import { type CommandArgs, EXIT_CHECK_FAILED, EXIT_DONE, type Output, textOption } from './command.ts';
import { dataDirOf } from './commands/data-dir-option.ts';

export async function modelGates(
  args: CommandArgs,
  output: Output,
  registry: ModelRegistry,
  name: string,
): Promise<number> {
  const sha256 = await registry.find(name, textOption(args, 'version') ?? 'challenger');
  const gates = await gatesNow(dataDirOf(args), await registry.record(name, sha256));
  const passes = gates.every((gate) => gate.passes);
  output.result(
    { name, sha256, passes, gates },
    [
      `${name} ${sha256.slice(0, 12)}: ${passes ? 'passes every gate' : 'does not pass'}`,
      ...gates.map(
        ({ gate, value, bound, passes: own }) => `  ${own ? 'ok  ' : 'FAIL'} ${gate}: ${value} (${bound})`,
      ),
    ].join('\n'),
  );
  return passes ? EXIT_DONE : EXIT_CHECK_FAILED;
}
