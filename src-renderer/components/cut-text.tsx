/** Words that may be longer than their place: cut, with all of them as the tooltip. */
export function CutText({ text }: { readonly text: string }) {
  return (
    <span className="cut" title={text}>
      {text}
    </span>
  );
}
