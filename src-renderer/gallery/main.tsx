/**
 * Every component in every state, for eyes and for screenshots. Query: theme=dark|light, density=compact|comfortable,
 * palette=green-red|blue-orange. Nothing on it moves and it has no engine.
 */
import '../lib/strict-policy.ts';
import '../styles/all.ts';
import './gallery.css';
import { createRoot } from 'react-dom/client';
import { CopiedToast } from '../components/copied-toast.tsx';
import { Session } from '../engine/session.ts';
import { SessionContext } from '../engine/use-session.ts';
import { DENSITIES, PALETTES, THEMES, usePrefs } from '../lib/prefs.ts';
import { Gallery } from './gallery.tsx';
import { showPseudoStates } from './pseudo-states.ts';

const query = new URLSearchParams(location.search);
const one = <T extends string>(name: string, allowed: readonly T[]): T =>
  allowed.find((value) => value === query.get(name)) ?? (allowed[0] as T);

usePrefs.getState().change({
  theme: one('theme', THEMES),
  density: one('density', DENSITIES),
  palette: one('palette', PALETTES),
});
showPseudoStates(document);

/** Components that ask the session whether they may act: here there is no engine. */
const session = new Session({ connect: () => ({ send: () => undefined, close: () => undefined }) });

const root = document.getElementById('root');
if (root === null) throw new Error('gallery.html has no #root');
createRoot(root).render(
  <SessionContext value={session}>
    <Gallery />
    <CopiedToast />
  </SessionContext>,
);
