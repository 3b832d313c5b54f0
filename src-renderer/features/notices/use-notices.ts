import { useEffect, useRef, useState } from 'react';
import { hostModeOf } from '../../../src-engine/contract/host-messages.ts';
import {
  type Notice,
  NoticeBoard,
  noticesOf,
  type Standing,
  standingOf,
} from '../../../src-engine/contract/notices.ts';
import { useHost } from '../../engine/host.ts';
import { useEngineLink, useReplica, useSession } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { playSound } from '../../lib/sounds.ts';
import { alertNotices } from './alert-notices.ts';
import { endedSince, type Result } from './ended-executions.ts';

/** Alerts that a look may find new; more than these in half a second are in the window anyway. */
const NEWEST = { limit: 10 };

/**
 * Sends what began as messages and sounds, where the trader asked for them. On the desktop the main process shows the
 * messages, with the system's own sound, as it must when this window hangs.
 */
export function useNotices(): void {
  const status = useReplica((replica) => replica.status);
  const link = useEngineLink();
  const desktop = useHost((host) => host.desktop);
  const notes = usePrefs(({ desktopNotes }) => desktopNotes);
  const sounds = usePrefs((prefs) => prefs.sounds);
  const soundOf = usePrefs((prefs) => prefs.soundOf);
  /** By the main process. */
  const usesDesktop = desktop !== null && notes;
  const before = useRef<Standing | undefined>(undefined);
  const board = useRef(new NoticeBoard());
  useEffect(() => {
    desktop?.setNotes({ notes, sounds });
  }, [desktop, notes, sounds]);

  const alerts = useView('alerts', NEWEST)?.alerts;
  const from = usePrefs(({ alertNotes }) => alertNotes);
  const lastId = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (alerts === undefined) return;
    const begun = alertNotices(lastId.current, alerts, from);
    if (usesDesktop) for (const { title, body } of begun) desktop.noteAlert({ title, body });
    // Shown with the next look at the status, in one message with what else began.
    else board.current.add(begun);
    // Another profile numbers its alerts by itself: what it has is not new.
    lastId.current = alerts[0]?.alertId ?? 0;
  }, [alerts, from, desktop, usesDesktop]);
  useEffect(() => {
    const isSilent = link === 'silent' || link === 'lost' || link === 'refused';
    const now = standingOf(status === undefined ? undefined : hostModeOf(status, null), isSilent);
    if (!usesDesktop) board.current.add(noticesOf(before.current, now));
    before.current = now;
    // What is held back is shown with the next look at the status, which comes several times a second.
    const notice = board.current.take(performance.now());
    if (notice === undefined) return;
    if (notes) show(notice);
    if (sounds) playSound(soundOf[notice.kind]);
  }, [status, link, usesDesktop, notes, sounds, soundOf]);
  useExecutionSounds(sounds ? soundOf : undefined);
}

/** Least time between two of them: a busy minute is no alarm. */
const EXECUTION_GAP_MS = 500;

/** What ended since the window was opened, where its result has a sound. @param soundOf undefined: all are muted. */
function useExecutionSounds(soundOf: ReturnType<typeof usePrefs.getState>['soundOf'] | undefined): void {
  const session = useSession();
  const executions = useReplica((replica) => replica.executions);
  const [openedUs] = useState(() => session.nowUs());
  const sinceUs = useRef(openedUs);
  const played = useRef<{ readonly result: Result; readonly atMs: number }>(undefined);
  useEffect(() => {
    if (executions === undefined) return;
    const { result, untilUs } = endedSince(executions, sinceUs.current);
    sinceUs.current = untilUs;
    if (result === undefined || soundOf === undefined) return;
    const { current: last } = played;
    const isBusy = last !== undefined && performance.now() - last.atMs < EXECUTION_GAP_MS;
    // A loss is not to hide behind a profit.
    if (isBusy && !(result === 'loss' && last.result === 'profit')) return;
    played.current = { result, atMs: performance.now() };
    playSound(soundOf[result]);
  }, [executions, soundOf]);
}

function show({ kind, title, body }: Notice): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  // One of a kind: a later one takes the place of the one before.
  void new Notification(`Parallax: ${title}`, { body, tag: kind });
}
