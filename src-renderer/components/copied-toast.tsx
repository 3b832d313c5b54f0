import { useEffect, useRef, useState } from 'react';
import { useCopied } from '../lib/clipboard.ts';

/** How long it is shown, and how much of the text. */
const SHOWN_MS = 1_600;
const SHOWN = 60;

/** Says what was copied, above everything, for a moment. */
export function CopiedToast() {
  const { text, ok, times } = useCopied();
  const ref = useRef<HTMLDivElement>(null);
  const [hiddenTimes, setHiddenTimes] = useState(0);
  const isShown = times > hiddenTimes;
  useEffect(() => {
    const toast = ref.current;
    if (!isShown) return;
    // Opened again, it lies above a dialog that was opened since.
    toast?.showPopover();
    const timer = setTimeout(() => setHiddenTimes(times), SHOWN_MS);
    return () => {
      clearTimeout(timer);
      toast?.hidePopover();
    };
  }, [times, isShown]);
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return (
    <div ref={ref} popover="manual" className="toast" role="status">
      {ok ? `Copied: ${cut === '' ? 'empty' : cut}` : 'Not copied: the system refused'}
    </div>
  );
}
