// Starts the design system's components; the moj parts only where a page holds one.
import { initAll } from "../vendor/govuk-frontend.js";
import * as moj from "../vendor/moj-frontend.js";

initAll();
if (document.querySelector('[data-module^="moj-"]')) moj.initAll();
