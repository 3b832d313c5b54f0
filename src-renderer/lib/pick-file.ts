/** Asks for a file of the trader's, and answers its text; undefined: none was chosen. It must follow a press of his. */
export function pickText(accept: string, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.addEventListener('cancel', () => resolve(undefined));
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      // A part of a file that is too long is enough to say so.
      void file
        ?.slice(0, maxBytes + 1)
        .text()
        .then(resolve);
    });
    input.click();
  });
}
