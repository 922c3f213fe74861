// The design system's switch: parts that need JavaScript are drawn so only where it runs.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
