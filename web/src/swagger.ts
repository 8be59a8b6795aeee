/** `<div data-island="swagger" data-openapi="/openapi.json">`: the API as pages; asks nobody but the server. */

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import { mount, required } from "./shared/dom";
import "./swagger.css";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Its sheet turns dark by a class of the page, the page itself by what the reader's system says. */
function follow(): void {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

mount<HTMLElement>("swagger", (root) => {
  dark.addEventListener("change", follow);
  follow();
  root.replaceChildren();
  SwaggerUI({
    domNode: root,
    url: required(root, "openapi"),
    validatorUrl: null,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    docExpansion: "list",
    syntaxHighlight: { activated: false },
    tryItOutEnabled: true,
    queryConfigEnabled: false,
    onComplete: () => root.querySelector("main")?.setAttribute("role", "group"), // the page has a main part already
  });
});
