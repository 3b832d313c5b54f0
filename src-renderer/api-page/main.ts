/** A page that shows the engine's own description of its API. It asks for nothing else and needs no token. */
import '../styles/all.ts';
import { type ApiDocument, entriesOf, type Entry, found } from './document.ts';

const about = document.querySelector<HTMLElement>('#about');
const find = document.querySelector<HTMLInputElement>('#find');
const list = document.querySelector<HTMLElement>('#list');

/** Texts of the document are set as texts: none of them is read as markup. */
function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function shown(entry: Entry): HTMLElement {
  const details = element('details', 'api-entry');
  const summary = element('summary', '');
  summary.append(
    element('span', `api-method api-${entry.method.toLowerCase()}`, entry.method),
    element('code', '', entry.path),
    element('span', 'dim', entry.summary),
  );
  const takes = element('ul', '');
  for (const line of entry.takes) takes.append(element('li', '', line));
  details.append(
    summary,
    element('p', 'dim', entry.description),
    element('p', '', entry.takes.length === 0 ? 'Takes nothing.' : 'Takes'),
    takes,
    element('p', '', `Gives ${entry.gives}`),
    element('pre', '', entry.example),
  );
  details.id = entry.id;
  return details;
}

function show(entries: readonly Entry[]): void {
  const fitting = found(entries, find?.value.trim() ?? '');
  list?.replaceChildren(...fitting.map(shown));
  if (fitting.length === 0) list?.replaceChildren(element('p', 'dim', 'Nothing has these words.'));
}

async function start(): Promise<void> {
  try {
    const response = await fetch('./api/openapi.json');
    const description = (await response.json()) as ApiDocument;
    const entries = entriesOf(description, window.location.origin);
    if (about !== null) {
      about.textContent = `Version ${description.info.version}. ${description.info.description ?? ''} Make a key with: parallax api-key add NAME --scope read.`;
    }
    find?.addEventListener('input', () => show(entries));
    show(entries);
  } catch {
    if (about !== null) about.textContent = 'The engine does not answer. Load this page again once it runs.';
  }
}

void start();
