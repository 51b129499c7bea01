/* Shows the contract; a file of its own, since the page's policy forbids
 * inline scripts. */
SwaggerUIBundle({
	url: "/openapi.json",
	dom_id: "#swagger-ui",
	deepLinking: true,
	displayOperationId: true,
	persistAuthorization: false,
	validatorUrl: null,
});
