// Line icons, drawn as SVG elements; each stands beside words or under an accessible name.

import { h } from "./dom.js";

const icon = (...paths) => () =>
  h("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, paths.map((d) => h("path", { d })));

export const check = icon("M4.500 10.500 8.300 14.200 15.500 6");
export const dot = icon("M10 11.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z");
export const people = icon("M7.500 9.500a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600z", "M2.500 16c.4-2.800 2.300-4.200 5-4.200s4.600 1.400 5 4.200", "M12.800 4.200a2.700 2.700 0 0 1 0 5", "M14.500 12c1.600.5 2.700 1.800 3 4");
export const cross = icon("M5.500 5.500 14.500 14.500", "M14.500 5.500 5.500 14.500");
export const hash = icon("M8 3.500 6 16.500", "M14 3.500 12 16.500", "M3.800 7.500h13", "M3.200 12.500h13");
export const person = icon("M10 9.800a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400z", "M3.800 16.800c.6-3 3-4.600 6.200-4.600s5.600 1.600 6.200 4.600");
export const back = icon("M12 4.500 6.500 10 12 15.500");
export const send = icon("M10 16.500V4", "M4.800 9 10 3.800 15.200 9");
export const thread = icon("M4 4.500h12v8.500H9.500L6 16.200V13H4z");
export const cap = icon("M10 4.500 2.500 7.800 10 11 17.500 7.800z", "M5.500 9.500v3.800c0 1 2 2 4.500 2s4.500-1 4.500-2V9.500");
export const pulse = icon("M2.500 10.500h3.200l2.200-6 4 11 2.200-5h3.400");
export const sun = icon("M10 13.300a3.300 3.300 0 1 0 0-6.600 3.300 3.300 0 0 0 0 6.600z", "M10 1.800v1.800M10 16.400v1.800M1.800 10h1.800M16.400 10h1.800M4.200 4.200l1.300 1.300M14.500 14.500l1.300 1.300M4.200 15.800l1.300-1.300M14.500 5.500l1.300-1.300");
export const moon = icon("M16.500 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.500 8.500z");
export const contrast = icon("M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M10 3v14a7 7 0 0 0 0-14z");
export const warning = icon("M10 3.200 2.600 16.200h14.800z", "M10 8v3.800", "M10 13.800v.4");
export const lock = icon("M5 9.200h10v7.300H5z", "M7 9.200V6.800a3 3 0 0 1 6 0v2.400");
export const globe = icon("M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M3.200 10h13.600", "M10 3c2.200 2 3.200 4.400 3.200 7s-1 5-3.200 7c-2.200-2-3.200-4.400-3.200-7s1-5 3.200-7z");
export const gear = icon("M3 6h8M15 6h2M3 14h2M9 14h8", "M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", "M7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z");
export const spinner = () => h("span", { class: "spinner", "aria-hidden": "true" });
