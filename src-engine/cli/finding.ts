/** One thing that `doctor` looked at. `needed`: without it Parallax does not run; the others take something away. */
export type Finding = {
  readonly name: string;
  readonly ok: boolean;
  readonly needed: boolean;
  readonly detail: string;
};
