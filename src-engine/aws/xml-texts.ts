/** Answers of S3: the text of each element by its name, the first one where there are several. What is no XML has none. */
import sax from 'sax';

/** The element that holds all others; empty: it is no XML, or not whole. */
export function xmlRoot(xml: string): string {
  let root = '';
  const reader = sax.parser(true);
  reader.onopentag = ({ name }) => {
    if (root === '') root = name;
  };
  try {
    reader.write(xml.trim()).close();
  } catch {
    return '';
  }
  return root;
}

export function xmlTexts(xml: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const open: string[] = [];
  const reader = sax.parser(true);
  reader.onopentag = ({ name }) => void open.push(name);
  reader.onclosetag = () => void open.pop();
  reader.ontext = (text) => {
    const name = open.at(-1) ?? '';
    if (!found.has(name) && text.trim() !== '') found.set(name, text.trim());
  };
  try {
    // S3 sends spaces while it works on a long answer.
    reader.write(xml.trim()).close();
  } catch {
    return new Map();
  }
  return found;
}
