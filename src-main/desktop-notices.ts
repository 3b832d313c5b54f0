/** Notifications of the desktop. Made here and not in the window, which has no permission, may hang, or be closed. */
import { Notification } from 'electron';
import type { HostMode } from '../src-engine/contract/host-messages.ts';
import {
  type Notice,
  NoticeBoard,
  type NoticeKind,
  noticesOf,
  type Standing,
  standingOf,
} from '../src-engine/contract/notices.ts';
import type { NotePrefs } from './channels.ts';

/** The engine sends its mode every two seconds: without one for so long it hangs. */
const SILENT_MS = 6_000;

type DesktopNoticesOptions = {
  readonly prefs: NotePrefs;
  /** A notification was clicked. */
  readonly onClick: () => void;
  /** The engine's process is there and says nothing. */
  readonly onSilent: () => void;
  readonly silentMs?: number | undefined;
};

export class DesktopNotices {
  readonly #options: DesktopNoticesOptions;
  #prefs: NotePrefs;
  #standing: Standing | undefined;
  #mode: HostMode | undefined;
  #isWaking = false;
  #board = new NoticeBoard();
  #timer: NodeJS.Timeout | undefined;
  #silenceTimer: NodeJS.Timeout | undefined;
  /** One of a kind: a later one takes the place of the one before. */
  readonly #shown = new Map<NoticeKind, Notification>();

  constructor(options: DesktopNoticesOptions) {
    this.#options = options;
    this.#prefs = options.prefs;
  }

  setPrefs(prefs: NotePrefs): void {
    this.#prefs = prefs;
    if (!prefs.notes) this.#board = new NoticeBoard();
  }

  /** The engine's word: it answers. */
  heard(mode: HostMode): void {
    this.#mode = mode;
    this.#isWaking = false;
    this.#look(false);
    this.#expectWord();
  }

  /** Notifications that the window passes on: alerts by the trader's own rules. */
  note(notice: Notice): void {
    this.#add([notice]);
  }

  /** The engine has ended, or the link to it. */
  lost(): void {
    clearTimeout(this.#silenceTimer);
    // One that was never heard is starting.
    if (this.#standing === undefined) return;
    // A link to an engine elsewhere does not outlive a sleep: it has the time of a silence to be made again.
    if (this.#isWaking) this.#expectWord();
    else this.#look(true);
    this.#isWaking = false;
  }

  /** The machine sleeps, and time says nothing of the engine, or it has woken. */
  power(state: 'suspend' | 'resume'): void {
    clearTimeout(this.#silenceTimer);
    if (state === 'suspend' || this.#standing === undefined) return;
    this.#isWaking = true;
    this.#expectWord();
  }

  /** Another engine: nothing that it does not share with the one before has begun. */
  forget(): void {
    clearTimeout(this.#silenceTimer);
    this.#standing = undefined;
    this.#mode = undefined;
  }

  close(): void {
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#timer);
  }

  #expectWord(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      this.#isWaking = false;
      this.lost();
      this.#options.onSilent();
    }, this.#options.silentMs ?? SILENT_MS);
  }

  #look(isSilent: boolean): void {
    const now = standingOf(this.#mode, isSilent);
    const notices = noticesOf(this.#standing, now);
    this.#standing = now;
    this.#add(notices);
  }

  #add(notices: readonly Notice[]): void {
    if (!this.#prefs.notes || notices.length === 0) return;
    this.#board.add(notices);
    this.#showDue();
  }

  #showDue(): void {
    clearTimeout(this.#timer);
    const nowMs = performance.now();
    const notice = this.#board.take(nowMs);
    if (notice !== undefined) this.#show(notice);
    if (!this.#board.isEmpty) this.#timer = setTimeout(() => this.#showDue(), this.#board.waitMs(nowMs));
  }

  #show({ kind, title, body }: Notice): void {
    if (!Notification.isSupported()) return;
    this.#shown.get(kind)?.close();
    const notification = new Notification({
      title: `Parallax: ${title}`,
      body,
      silent: !this.#prefs.sounds,
      urgency: kind === 'armed' || kind === 'alert' ? 'normal' : 'critical',
    });
    notification.on('click', this.#options.onClick);
    // Kept while it is shown: an unreferenced one is garbage-collected, and its click with it.
    this.#shown.set(kind, notification);
    notification.show();
  }
}
