import { CopyButton } from './copy-button.tsx';

/** A command to be run in a terminal, where the window must not have what is typed, or cannot do it. */
export function SetCommand({ what, command }: { readonly what: string; readonly command: string }) {
  return (
    <p className="key-command">
      <span className="dim">{what}:</span> <code>{command}</code>
      <CopyButton label={`Copy the command: ${command}`} text={command} />
    </p>
  );
}
