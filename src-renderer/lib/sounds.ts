/**
 * Short sounds, made by the browser: nothing is loaded. A window that was never touched may not make one: then there is
 * none, and what was asked for meanwhile does not come later. The first touch allows them.
 */

export const SOUNDS = ['none', 'alarm', 'two tones', 'chime', 'tick', 'low'] as const;
export type Sound = (typeof SOUNDS)[number];

type Tone = {
  readonly hz: number;
  readonly atS: number;
  readonly forS: number;
  readonly form: OscillatorType;
};

const TONES: Readonly<Record<Sound, readonly Tone[]>> = {
  none: [],
  alarm: [0, 1, 2, 3].map((n) => ({ hz: n % 2 === 0 ? 988 : 740, atS: n * 0.2, forS: 0.18, form: 'square' })),
  'two tones': [
    { hz: 880, atS: 0, forS: 0.16, form: 'sine' },
    { hz: 660, atS: 0.18, forS: 0.16, form: 'sine' },
  ],
  chime: [
    { hz: 1_047, atS: 0, forS: 0.12, form: 'sine' },
    { hz: 1_568, atS: 0.1, forS: 0.24, form: 'sine' },
  ],
  tick: [{ hz: 1_760, atS: 0, forS: 0.04, form: 'triangle' }],
  low: [{ hz: 220, atS: 0, forS: 0.3, form: 'triangle' }],
};
const LOUDNESS = 0.12;

/** A sound that could begin only later is none of what it was for. */
const LATE_MS = 500;

let audio: AudioContext | undefined;
/** The last that was asked for while none was allowed. */
let asked: { readonly sound: Sound; readonly atMs: number } | undefined;

export function playSound(sound: Sound): void {
  if (TONES[sound].length === 0) return;
  audio ??= begun();
  if (audio.state === 'running') return play(audio, sound);
  asked = { sound, atMs: performance.now() };
  wake(audio);
}

function begun(): AudioContext {
  const made = new AudioContext();
  // Some browsers allow it within a touch alone.
  for (const touch of ['pointerdown', 'keydown'])
    window.addEventListener(touch, () => made.state !== 'running' && wake(made), { capture: true });
  return made;
}

function wake(waiting: AudioContext): void {
  waiting.resume().then(
    () => {
      const last = asked;
      asked = undefined;
      if (last !== undefined && performance.now() - last.atMs < LATE_MS) play(waiting, last.sound);
    },
    // Not allowed yet: the next touch asks again.
    () => undefined,
  );
}

function play(running: AudioContext, sound: Sound): void {
  const from = running.currentTime;
  for (const { hz, atS, forS, form } of TONES[sound]) {
    const tone = running.createOscillator();
    const volume = running.createGain();
    tone.type = form;
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(LOUDNESS, from + atS);
    volume.gain.exponentialRampToValueAtTime(0.001, from + atS + forS);
    tone.connect(volume).connect(running.destination);
    tone.onended = () => volume.disconnect();
    tone.start(from + atS);
    tone.stop(from + atS + forS);
  }
}
