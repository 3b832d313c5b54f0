/** The documentation as a page of its own, `docs.html`: beside a window, or where no engine runs. */
import '../../lib/strict-policy.ts';
import '../../styles/all.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { applyAppearance, usePrefs } from '../../lib/prefs.ts';
import { Documentation } from './documentation.tsx';

applyAppearance(usePrefs.getState());
const root = document.getElementById('root');
if (root === null) throw new Error('docs.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Documentation />
  </StrictMode>,
);
