import { useEffect, useRef } from 'react';
import { useEngineLink, useReplica } from '../../engine/use-session.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { type Notice, NoticeGate, noticesOf, type Standing, standingOf } from './notices.ts';

/** Sends what began as desktop messages and sounds, where the trader asked for them. */
export function useNotices(): void {
  const status = useReplica((replica) => replica.status);
  const link = useEngineLink();
  const desktop = usePrefs(({ desktopNotes }) => desktopNotes);
  const sounds = usePrefs((prefs) => prefs.sounds);
  const before = useRef<Standing | undefined>(undefined);
  const gate = useRef(new NoticeGate());
  useEffect(() => {
    const now = standingOf(status, link);
    const notices = noticesOf(before.current, now);
    before.current = now;
    for (const notice of notices) {
      if (!gate.current.pass(performance.now())) continue;
      if (desktop) show(notice);
      if (sounds) beep();
    }
  }, [status, link, desktop, sounds]);
}

function show({ title, body }: Notice): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  // One of a kind: a later one takes the place of the one before.
  void new Notification(`Parallax: ${title}`, { body, tag: title });
}

let audio: AudioContext | undefined;

/** Two short tones. A window that was never touched may not make a sound: then there is none. */
function beep(): void {
  audio ??= new AudioContext();
  for (const [k, frequency] of [880, 660].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + k * 0.18;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.12, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.16);
  }
}
