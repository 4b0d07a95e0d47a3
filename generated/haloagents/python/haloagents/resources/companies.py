"""The companies that your end users belong to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.companies import CompanyDetail

_IDENTIFY = Operation[CompanyDetail](
    "POST",
    "/companies/identify",
    body=Body(members={"company_id": "company_id", "traits": "traits", "context": "context"}),
    returns=CompanyDetail,
)


class Companies:
    """The companies that your end users belong to."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> CompaniesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return CompaniesWithRawResponse(self)

    def identify(
        self,
        *,
        company_id: str,
        traits: Mapping[str, Any] | Unset = UNSET,
        context: Mapping[str, Any] | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> CompanyDetail:
        """Create or update a company.

        Creates the company that `company_id` names, or updates it. Traits are merged: one that
        is sent replaces the one of the same name, and the others stay. Sending the same again
        changes nothing.

        Args:
            company_id: The company, by the name that your own system gives it.
            traits: What is known, by name. Free-form.
            context: The circumstances under which it became known. Free-form.

        Returns:
            The company, as it is now.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit. Nothing is
                stored.
            AuthenticationError: The publishable key is missing or invalid.
            InternalServerError: The request was fine, and the server failed.

        Example:
            company = client.companies.identify(
                company_id="company_42",
                traits={"industry": "logistics", "employees": 120},
                context={"source": "billing"},
            )
        """
        return self._caller.execute(
            _IDENTIFY, {"company_id": company_id, "traits": traits, "context": context}, options
        )


class CompaniesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Companies) -> None:
        self.identify = raw(resource.identify, _IDENTIFY)


class AsyncCompanies:
    """The companies that your end users belong to."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncCompaniesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncCompaniesWithRawResponse(self)

    async def identify(
        self,
        *,
        company_id: str,
        traits: Mapping[str, Any] | Unset = UNSET,
        context: Mapping[str, Any] | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> CompanyDetail:
        """Create or update a company.

        Creates the company that `company_id` names, or updates it. Traits are merged: one that
        is sent replaces the one of the same name, and the others stay. Sending the same again
        changes nothing.

        Args:
            company_id: The company, by the name that your own system gives it.
            traits: What is known, by name. Free-form.
            context: The circumstances under which it became known. Free-form.

        Returns:
            The company, as it is now.

        Raises:
            BadRequestError: The request is not as documented, or over a size limit. Nothing is
                stored.
            AuthenticationError: The publishable key is missing or invalid.
            InternalServerError: The request was fine, and the server failed.

        Example:
            company = await client.companies.identify(
                company_id="company_42",
                traits={"industry": "logistics", "employees": 120},
                context={"source": "billing"},
            )
        """
        return await self._caller.execute(
            _IDENTIFY, {"company_id": company_id, "traits": traits, "context": context}, options
        )


class AsyncCompaniesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncCompanies) -> None:
        self.identify = raw_async(resource.identify, _IDENTIFY)
