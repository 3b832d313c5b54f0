import { readableText } from '../lib/readable-text.ts';

/** A sentence of the engine that may be longer than its place, cut; venues, ways and breakers in it are called as everywhere in the window. */
export function CutSentence({ text }: { readonly text: string }) {
  return <CutText text={readableText(text)} />;
}

/** Words as they were written (a note, a line of the log, an id) that may be longer than their place: cut, with all of them as the tooltip. */
export function CutText({ text }: { readonly text: string }) {
  return (
    <span className="cut" title={text}>
      {text}
    </span>
  );
}
