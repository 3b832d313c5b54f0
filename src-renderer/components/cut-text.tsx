import { readableText } from '../lib/readable-text.ts';

/** Words that may be longer than their place: cut, with all of them as the tooltip. Venues in them are called by their titles. */
export function CutText({ text: given }: { readonly text: string }) {
  const text = readableText(given);
  return (
    <span className="cut" title={text}>
      {text}
    </span>
  );
}
