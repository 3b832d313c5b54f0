import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

type DialogProps = {
  readonly title: string;
  readonly kind: 'box' | 'drawer';
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** A modal dialog on the platform's own element: it keeps the focus inside and closes on Escape. */
export function Dialog({ title, kind, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // Else the first thing that takes the focus would have it: the button that closes. A box asks for one thing: it is typed
    // at once; a drawer has many, and none of them is changed by accident.
    const asked =
      kind === 'box'
        ? '[data-autofocus], input:not([type=checkbox], [type=radio], [readonly]), textarea'
        : '[data-autofocus]';
    dialog?.querySelector<HTMLElement>(asked)?.focus();
    return () => dialog?.close();
  }, [kind]);
  return (
    <dialog
      ref={ref}
      className={`dialog dialog-${kind}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <DialogFrame title={title} titleId={titleId} onClose={onClose}>
        {children}
      </DialogFrame>
    </dialog>
  );
}

type DialogFrameProps = {
  readonly title: string;
  readonly titleId: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** What is inside of a dialog: its name, the button that closes it, and what it is about. */
export function DialogFrame({ title, titleId, onClose, children }: DialogFrameProps) {
  return (
    <>
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="icon-button" aria-label={`Close ${title}`} onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <div className="dialog-body">{children}</div>
    </>
  );
}
