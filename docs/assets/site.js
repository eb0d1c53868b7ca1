// Tables that are wider than the page scroll in a region of their own: the keyboard must reach it.
new MutationObserver(() => {
    for (const region of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) region.tabIndex = 0;
}).observe(document.body, { childList: true, subtree: true });
