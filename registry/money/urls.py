"""Addresses of money."""

from django.urls import path

from registry.money.views import chargeback, limits, prices, rates, spend

urlpatterns = [
    path("spend/", spend.SpendPage.as_view(), name="spend"),
    path("spend/export.csv", spend.SpendCsv.as_view(), name="spend-csv"),
    path("surfaces/<str:key>/spend/", spend.SurfaceSpend.as_view(), name="surface-spend"),
    *limits.LimitList.urls("spend/limits/"),
    path("spend/limits/new/", limits.NewLimit.as_view(), name="spend-limit-new"),
    path("spend/limits/<str:key>/change/", limits.ChangeLimit.as_view(), name="spend-limit-change"),
    path("spend/limits/<str:key>/end/", limits.EndLimit.as_view(), name="spend-limit-end"),
    *limits.LimitPage.urls("spend/limits/<str:key>/"),
    path("spend/chargeback/", chargeback.ChargebackMonth.as_view(), name="chargeback-month"),
    path("spend/chargeback/export.csv", chargeback.ChargebackCsv.as_view(), name="chargeback-csv"),
    path("spend/chargeback/keep/<str:month>/", chargeback.KeepChargeback.as_view(), name="chargeback-keep"),
    *chargeback.ChargebackList.urls("spend/chargeback/kept/"),
    path("spend/chargeback/kept/<str:key>/lines.csv", chargeback.ChargebackCsv.as_view(), name="chargeback-kept-csv"),
    *chargeback.ChargebackPage.urls("spend/chargeback/kept/<str:key>/"),
    *prices.PriceList.urls("spend/prices/"),
    path("spend/prices/add/", prices.AddPrice.as_view(), name="price-add"),
    *rates.RateList.urls("spend/prices/rates/"),
    path("spend/prices/rates/add/", rates.AddRate.as_view(), name="exchange-rate-add"),
    path("spend/prices/rates/<str:key>/change/", rates.ChangeRate.as_view(), name="exchange-rate-change"),
    *rates.RepricingList.urls("spend/prices/anew/"),
    path("spend/prices/anew/ask/", rates.Reprice.as_view(), name="reprice"),
    path("spend/prices/<str:key>/change/", prices.ChangePrice.as_view(), name="price-change"),
    path("spend/prices/<str:key>/end/", prices.EndPrice.as_view(), name="price-end"),
    *prices.PricePage.urls("spend/prices/<str:key>/"),
]
