import { optionsOf } from '../command-line.ts';
import { type Command, EXIT_DONE, type ListedCommands, onlyPositional } from '../command.ts';
import { type CompletedCommand, completionScript, SHELLS } from '../completion-script.ts';

/** @param listed every command; the script names all of their options. */
export const completionOf = (listed: ListedCommands): Command => ({
  name: 'completion',
  words: [{ name: 'SHELL', words: 'the shell that reads it', choices: SHELLS }],
  options: {},
  details: [
    'Where each shell finds it:',
    '  bash  add to ~/.bashrc: source <(parallax completion bash)',
    '  zsh   parallax completion zsh > a file _parallax in a folder of $fpath',
    '  fish  parallax completion fish > ~/.config/fish/completions/parallax.fish',
  ].join('\n'),
  examples: ['completion bash'],
  async run(args, output) {
    const shell = SHELLS.find((each) => each === onlyPositional(args)) ?? 'bash';
    const commands = await Promise.all(
      Object.entries(listed).map(async ([name, { summary, load }]): Promise<CompletedCommand> => {
        const command = await load();
        return { name, summary, words: command.words ?? [], options: optionsOf(command) };
      }),
    );
    const script = completionScript(shell, commands);
    output.result({ shell, script }, script);
    return EXIT_DONE;
  },
});
