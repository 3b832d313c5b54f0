/** Panels ask for each other by name; the workspace moves them to the front. */
import { useEffect } from 'react';
import { type LabPanel, useLab } from '../features/lab/lab-store.ts';
import { isPanelKind, type PanelKind } from './panels.tsx';
import { useWanted } from './wanted.ts';
import { openPanel } from './workspace-store.ts';

const KINDS: Readonly<Record<LabPanel, PanelKind>> = {
  jobs: 'labJobs',
  review: 'labReview',
  trades: 'labTrades',
  sweeps: 'labSweeps',
  compare: 'labCompare',
  replay: 'replay',
};

export function useWantedPanel(): void {
  useEffect(
    () =>
      useLab.subscribe(({ wanted }, before) => {
        if (wanted !== null && wanted !== before.wanted) openPanel(KINDS[wanted.panel]);
      }),
    [],
  );
  useEffect(
    () =>
      useWanted.subscribe(({ panel }, before) => {
        if (panel !== null && panel !== before.panel && isPanelKind(panel.kind)) openPanel(panel.kind);
      }),
    [],
  );
}
