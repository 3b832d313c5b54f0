/** A canvas that is painted when its picture or its size changes, sharp on every screen. */
import { type RefObject, useEffect, useRef } from 'react';
import type { HeatmapColours } from './heatmap-painter.ts';

export type Paint = (
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  colours: HeatmapColours,
) => void;

/** `paint` must be the same function for the same picture (useCallback). Colours are read from the tokens. */
export function useCanvas(paint: Paint): RefObject<HTMLCanvasElement | null> {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d') ?? null;
    if (canvas === null || context === null) return;
    const draw = () => {
      const { clientWidth: width, clientHeight: height } = canvas;
      if (width === 0 || height === 0) return;
      const ratio = window.devicePixelRatio;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(context, width, height, coloursOf(canvas));
    };
    const observer = new ResizeObserver(draw);
    observer.observe(canvas);
    draw();
    // Another theme or palette has other tokens.
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributes: true });
    return () => {
      observer.disconnect();
      themes.disconnect();
    };
  }, [paint]);
  return ref;
}

function coloursOf(element: HTMLElement): HeatmapColours {
  const tokens = getComputedStyle(element);
  const token = (name: string) => tokens.getPropertyValue(name).trim();
  return {
    gain: token('--gain'),
    loss: token('--loss'),
    ground: token('--panel'),
    line: token('--line'),
    text: token('--text-strong'),
    dim: token('--text-dim'),
    accent: token('--accent'),
    font: token('--font-mono'),
  };
}
